"""Rule files: strict YAML, typed models, packs, parameters."""
