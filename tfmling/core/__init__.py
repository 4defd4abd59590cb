"""What every command uses: settings, files, manifests, errors, language codes."""
