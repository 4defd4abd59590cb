"""Training objectives, one per file.

To add one, write its file, its settings in `settings.py`, and a line in `build.py`.
"""
