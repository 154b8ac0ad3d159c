"""Names that a text gives to a person are masked, seen as a voice or not; places and parties keep theirs."""

from __future__ import annotations

import pytest
from publish_scene import afghanistan

from heldby.publish.voices import mask, named_persons


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a shopkeeper named Gul Xyzagha told the agency", ("Gul Xyzagha",)),
        ("an elder, who gave his name only as Xyzqader, said so", ("Xyzqader",)),
        ("one man called Xyzjan shrugged", ("Xyzjan",)),
        ("a teacher who is named Bibi Xyzgul", ("Bibi Xyzgul",)),
        ("a village called Xyzabad was burnt", ()),
        ("a man called Kandahar his home", ()),
        ("a group calling itself named nothing", ()),
    ],
)
def test_who_is_named_in_the_text(text: str, names: tuple[str, ...]) -> None:
    assert named_persons(text, afghanistan().lexicon) == names


def test_a_masked_name_is_gone_with_each_of_its_words() -> None:
    told = "A shopkeeper named Gul Xyzagha told the agency; Xyzagha then left."
    assert (
        mask(told, named_persons(told, afghanistan().lexicon))
        == "A shopkeeper named [name withheld] told the agency; [name withheld] then left."
    )
