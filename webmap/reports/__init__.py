"""Reports: the answer to a planner's question as a file to take away: a map page, a workbook, a paper."""
