"""The rules of a study as a suite of great-expectations, run by it, its answer read back.

```text
library.py      great-expectations, silent
queries.py      each check as two queries: rows by outcome, and the rows that break it
rule_class.py   the expectation and the metric that run them inside great-expectations
run.py          the context, the suite, the run, the Data Docs
data_docs.py    their pages, shut off from elsewhere
read_back.py    the answer as statuses and findings
bridge.py       all of it, beside the answer of `validate`
```

great-expectations is imported by `library.py`, `rule_class.py` and `run.py` alone.
"""
