"""`python -m oncorules`: the command line, where the console script is not on the path."""

from oncorules.cli.main import run

if __name__ == "__main__":
    run()
