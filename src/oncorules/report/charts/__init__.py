"""Charts of a trial: survival curves, waterfall, swimmer lanes, the flow of a selection."""
