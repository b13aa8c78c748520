"""Numbers that options of the commands take, written in ways that mean nothing: refused as usage, in words."""

import argparse
from importlib import import_module

import pytest

from mixplan.cli import arguments
from mixplan.cli.entry import COMMANDS, main

NO_NUMBERS = ("1_000", "٦٠", "0x10", "nan", "inf", "-inf", "1e999", "1e308", "1,5", "x", "6\u200b0", "{{7*7}}", "½")
READERS = (arguments.number, arguments.whole_number, arguments.metres)


def options() -> list[tuple[str, argparse.Action]]:
    """Every option of every command, with its command."""
    found = []
    for command in COMMANDS:
        parser = argparse.ArgumentParser()
        import_module(f"mixplan.cli.{command}").add_arguments(parser)
        found += [(command, action) for action in parser._actions]
    return found


def test_no_option_takes_what_only_python_takes_for_a_number() -> None:
    assert [(command, action.dest) for command, action in options() if action.type in (float, int)] == []


def numbers() -> list[tuple[str, argparse.Action]]:
    """Every option that takes a number."""
    return [(command, action) for command, action in options() if action.type in READERS and action.option_strings]


def refused(capsys: pytest.CaptureFixture[str], command: str, action: argparse.Action, text: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([command, f"{action.option_strings[0]}={text}"])
    assert stopped.value.code == 2
    assert f"收到的是“{text}”" in capsys.readouterr().err


def test_every_option_refuses_what_is_no_number_before_anything_is_worked_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert len(numbers()) > 20
    for command, action in numbers():
        refused(capsys, command, action, NO_NUMBERS[0])


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_a_number_that_means_nothing_is_refused_by_whatever_reads_numbers(
    capsys: pytest.CaptureFixture[str], text: str
) -> None:
    one_of_each = {action.type: (command, action) for command, action in numbers()}
    assert set(one_of_each) == set(READERS)
    for command, action in one_of_each.values():
        refused(capsys, command, action, text)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("option", "texts"),
    [
        (["consolidate", "--set"], ["cost=1_000", "cost=nan", "nothing=1", "=", "upgrade=1e999"]),
        (["consolidate", "--ring-cap"], ["4=1_0", "4=٦", "4=-1", "4=1e9", "x=1", "4", "4=99999999999999999999"]),
        (["consolidate", "--district-cap"], ["朝阳=1_0", "朝阳=", "火星=1"]),
        (["consolidate", "--demand"], ["1_000", "nan", "inf", "1e999", "-5", ""]),
        (["site", "--quota"], ["NE=1_0", "NE=x", "NE=٦", "NE=1-x", "NE", "NE=1e99"]),
        (["site", "--force"], ["a=1_0", "a=x", "a=1e99"]),
        (["coverage", "--year"], ["٢٠١٣", "20_13", "0000", "99999", "2013.5"]),
        (["where", "116.4", "39.9", "--date"], ["2011-13-01", "1e9", "٢٠١١-٠١-٠١", "{{7*7}}"]),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else None,
)
def test_a_pair_or_date_that_means_nothing_is_refused_in_words(
    capsys: pytest.CaptureFixture[str], option: list[str], texts: list[str]
) -> None:
    for text in texts:
        try:
            code = main([*option[:-1], f"{option[-1]}={text}"])
        except SystemExit as stopped:
            code = stopped.code
        said = capsys.readouterr()
        assert code in (1, 2) and said.err.strip() and not said.out, text
