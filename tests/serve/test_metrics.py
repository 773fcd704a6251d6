"""Prometheus' text format 0.0.4: buckets add up, every family has its head once."""

import re

from lungview.serve.metrics import Metrics


def test_buckets_are_cumulative_and_end_with_the_count():
    metrics = Metrics()
    for seconds in (0.005, 0.01, 0.3, 500.0):
        metrics.request("/classify", 200, seconds)
    text = metrics.text({})
    found = dict(re.findall(r'_bucket\{route="/classify",le="([^"]+)"\} (\d+)', text))
    assert (found["0.01"], found["0.25"], found["0.5"], found["120.0"], found["+Inf"]) == (
        "2",
        "2",
        "3",
        "3",
        "4",
    )
    assert 'lungview_request_seconds_count{route="/classify"} 4' in text


def test_every_line_is_a_head_or_a_sample():
    metrics = Metrics()
    metrics.request("/models", 404, 0.1)
    lines = metrics.text({"lungview_workers": ("Alive.", 2)}).splitlines()
    sample = re.compile(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+')
    assert [line for line in lines if not line.startswith("# ") and not sample.fullmatch(line)] == []
    heads = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(heads) == len(set(heads)) == 4
