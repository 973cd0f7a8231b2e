"""What servers for continuous integration read of a run: JUnit, SARIF, annotations, JSON."""
