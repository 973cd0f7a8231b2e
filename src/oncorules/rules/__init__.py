"""The rule language: model, loader, formulas, compiler, examples."""
