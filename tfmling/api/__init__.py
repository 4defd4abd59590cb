"""The Python API: `import tfmling` offers these functions, which the commands use too."""
