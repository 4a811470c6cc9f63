"""The code behind the course: content, labs, widgets, evidence and the book's own directives."""
