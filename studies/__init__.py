"""Studies that take longer than a chapter may: each fills a table in course_utils/tables."""
