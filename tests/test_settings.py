"""Laws of the settings: complete, checked once, JSON both ways."""

from dataclasses import fields

import msgspec
import pytest

from segmenter.errors import SettingsError
from segmenter.settings import Correction, Network, TrainingSettings, Windows


def test_settings_survive_json() -> None:
    settings = TrainingSettings(
        windows=Windows(outcome_days=7), correction=Correction(organic_share=0.4), seed=3
    )
    assert msgspec.json.decode(msgspec.json.encode(settings), type=TrainingSettings) == settings


def test_pairs_reach_every_group_by_short_and_by_full_name() -> None:
    settings = TrainingSettings().with_pairs(
        {"tau": "0.4", "windows.engagement_kinds": "view,click", "seed": "7", "organic_share": "none"}
    )
    assert settings.correction.tau == 0.4
    assert settings.windows.engagement_kinds == ("view", "click")
    assert settings.seed == 7
    assert settings.correction.organic_share is None


@pytest.mark.parametrize(
    ("pairs", "named"),
    [
        ({"taau": "0.4"}, "taau"),
        ({"tau": "much"}, "tau"),
        ({"tau": "1.5"}, "tau"),
        ({"outcome_days": "0"}, "outcome_days"),
        ({"engagement_kinds": "smile"}, "engagement_kinds"),
        ({"method": "magic"}, "method"),
        ({"recent_windows": "3,2,1"}, "recent_windows"),
        ({"test_share": "0.95"}, "test_share"),
        ({"members": "1"}, "members"),
        ({"outcome_days": "3000000"}, "outcome_days"),
        ({"recent_windows": "1,3,30000"}, "recent_windows"),
        ({"weight_decay": "nan"}, "weight_decay"),
        ({"learning_rate": "1e30"}, "learning_rate"),
        ({"learning_rate": "nan"}, "learning_rate"),
        ({"n_hidden": "50000000"}, "n_hidden"),
        ({"seed": "-5"}, "seed"),
        ({"seed": "100000000000000000000000"}, "seed"),
        ({"tau": "nan"}, "tau"),
    ],
)
def test_a_wrong_pair_is_refused_by_name(pairs: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        TrainingSettings().with_pairs(pairs)


def test_short_names_are_unambiguous() -> None:
    names = [f.name for group in (Windows, Network, Correction) for f in fields(group)]
    names += [f.name for f in fields(TrainingSettings)]
    assert len(names) == len(set(names))


def test_features_to_leave_out_are_read_from_a_list_of_names() -> None:
    settings = TrainingSettings().with_pairs({"leave_out": "churned, attr_num_2,"})
    assert settings.leave_out == ("churned", "attr_num_2")
    assert settings.with_pairs({"leave_out": ""}).leave_out == ()
