"""What is told of the listing can be followed by name."""

from __future__ import annotations

from lungview.viewer.event import Event
from lungview.viewer.studies.news import News


def test_each_workspace_has_news_of_its_own():
    one, other, seen = News(), News(), []
    assert all(isinstance(each, Event) for each in vars(one).values())
    other.told.connect(seen.append)

    one.told.emit("read")
    assert seen == []
    other.told.emit("read, too")
    assert seen == ["read, too"]
