"""What the planner's pages ask and say, whatever the page."""
