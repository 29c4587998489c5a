"""What officers and police see to in their own areas: hazards by deadline, and each compound on one page."""
