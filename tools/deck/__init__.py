"""Slides from a chapter: which cell becomes one (`rule`), and how it looks (`page`)."""
