"""Networks of lines: what is joined, what falls apart, what may be driven one way only."""

import pickle

import numpy as np
import pytest

from mixplan.city.networks import network_of


def line(*corners):
    return np.array(corners, dtype=float)


def test_lines_are_joined_where_they_share_a_corner():
    network = network_of([line((0, 0), (300, 0), (300, 400)), line((300.04, 399.98), (600, 400))])
    assert (len(network.corners), len(network.edges)) == (4, 3)
    assert network.km == pytest.approx(1.0)
    assert network.piece_share == pytest.approx([1.0])


def test_lines_that_only_cross_are_not_joined():
    network = network_of([line((0, 0), (1_000, 0)), line((500, -200), (500, 200))])
    assert network.piece_share == pytest.approx([1_000 / 1_400, 400 / 1_400]), "the longest piece comes first"
    assert network.piece.tolist() == [0 if metres == pytest.approx(1_000) else 1 for metres in network.length_m]
    assert network.largest_corner_share == 0.5


def test_a_street_that_is_given_twice_is_there_once():
    there, back = line((0, 0), (500, 0)), line((500, 0), (0, 0))
    for lines, one_way, single in (
        ([there, there], [False, False], [False]),
        ([there, back], [False, False], [False]),
        ([there, back], [True, True], [False]),
        ([there, there], [True, True], [True]),
        ([there, back], [True, False], [False]),
    ):
        network = network_of(lines, one_way)
        assert network.one_way.tolist() == single, (lines, one_way)
        assert network.km == pytest.approx(0.5)


@pytest.mark.parametrize("corners", [[(0, 0), (500, 0)], [(500, 0), (0, 0)]])
def test_a_one_way_street_keeps_its_direction(corners):
    network = network_of([line(*corners)], [True])
    assert network.corners[network.edges[0]].tolist() == [list(map(float, corner)) for corner in corners]


def test_the_main_parts_are_those_in_which_one_can_drive_about():
    """A long one-way road leads away from a block of streets, and a stub stands apart."""
    block = line((0, 0), (1_000, 0), (1_000, 1_000), (0, 1_000), (0, 0))
    away, stub = line((1_000, 0), (90_000, 0)), line((0, 5_000), (50, 5_000))
    network = network_of([block, away, stub], [False, True, False])
    [(edges, _tree)] = network.main_parts
    assert network.length_m[edges].tolist() == pytest.approx([1_000] * 4)
    assert sorted(np.bincount(network.piece)) == [1, 5]


def test_how_far_points_lie_from_the_longest_piece():
    from shapely import Point

    network = network_of([line((0, 0), (1_000, 0)), line((0, 700), (50, 700))])
    assert network.largest_m(np.array([Point(20, 700), Point(500, -3)])) == pytest.approx([700, 3])


def test_a_network_goes_to_another_process_without_what_follows_from_it():
    network = network_of([line((0, 0), (1_000, 0), (1_000, 500))], [True])
    bare = len(pickle.dumps(network))
    assert (len(network.main_parts), len(network.piece), network.tree is not None) == (0, 2, True)
    again = pickle.loads(pickle.dumps(network))
    assert len(pickle.dumps(network)) == bare
    assert again.corners.tolist() == network.corners.tolist() and again.one_way.tolist() == [True, True]
    assert again.km == network.km
