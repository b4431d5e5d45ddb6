"""Which copy stays: the promises of the design, for any records, any edges and any order."""

from hypothesis import given
from hypothesis import strategies as st

from refinery.engine.edges import Clusters, Edge, pair_of
from refinery.engine.survivors import Contender, choose_survivors

LIMIT = 0.85


@st.composite
def contests(draw):
    """Records in exact groups, a hidden similarity for every pair of groups, and the pairs that were seen so far."""
    count = draw(st.integers(1, 14))
    groups = draw(st.lists(st.integers(0, 7), min_size=count, max_size=count))
    first = {group: groups.index(group) for group in groups}
    numbers = [first[group] for group in groups]
    qualities = draw(st.lists(st.sampled_from([0.5, 0.7, 0.9]), min_size=count, max_size=count))
    immune = draw(st.lists(st.sampled_from([False, False, False, True]), min_size=count, max_size=count))
    pairs = sorted({pair_of(a, b) for a in numbers for b in numbers if a != b})
    hidden = {pair: draw(st.sampled_from([0.2, 0.7, 0.85, 0.95])) for pair in pairs}
    seen = [pair for pair in pairs if draw(st.booleans())]
    contenders = [
        Contender(seq, group, (-quality, seq), kept)
        for seq, (group, quality, kept) in enumerate(zip(numbers, qualities, immune, strict=True))
        if draw(st.sampled_from([True, True, True, False]))
    ]
    return contenders, hidden, seen, draw(st.integers(1, 6))


def edge(pair, similarity):
    return Edge(*pair, "near_text", similarity, False, LIMIT)


def decide(contest):
    contenders, hidden, seen, cap = contest
    return choose_survivors(
        contenders, [edge(pair, hidden[pair]) for pair in seen], lambda pairs: [edge(p, hidden[p]) for p in pairs], cap
    )


@given(contests())
def test_a_record_is_dropped_only_by_a_direct_edge_to_one_that_is_kept(contest):
    outcome, known = decide(contest)
    by_seq = {contender.seq: contender for contender in contest[0]}

    for seq, loss in outcome.losses.items():
        loser, survivor = by_seq[seq], by_seq[loss.survivor]
        assert survivor.seq not in outcome.losses
        assert loser.group == survivor.group or known[pair_of(loser.group, survivor.group)].is_duplicate


@given(contests())
def test_the_last_of_a_group_is_never_removed(contest):
    outcome, _ = decide(contest)
    clusters = Clusters([edge(pair, contest[1][pair]) for pair in contest[2]])
    left = {clusters.of(contender.group) for contender in contest[0] if contender.seq not in outcome.losses}

    assert left == {clusters.of(contender.group) for contender in contest[0]}


@given(contests())
def test_whoever_stays_was_measured_below_the_limit_or_the_missing_pair_is_counted(contest):
    outcome, known = decide(contest)
    clusters = Clusters([edge(pair, contest[1][pair]) for pair in contest[2]])
    kept = [contender for contender in contest[0] if contender.seq not in outcome.losses and not contender.immune]

    missing = 0
    for position, one in enumerate(kept):
        for other in kept[position + 1 :]:
            if clusters.of(one.group) != clusters.of(other.group):
                continue
            assert one.group != other.group
            measured = known.get(pair_of(one.group, other.group))
            missing += measured is None
            assert measured is None or not measured.is_duplicate
    assert missing <= outcome.unmeasured


@given(contests())
def test_what_a_curator_keeps_is_never_a_copy(contest):
    outcome, _ = decide(contest)

    assert not [contender for contender in contest[0] if contender.immune and contender.seq in outcome.losses]


@given(contests())
def test_the_order_of_the_records_decides_nothing(contest):
    contenders, *rest = contest

    assert decide((contenders[::-1], *rest))[0] == decide(contest)[0]


@given(st.integers(0, 999))
def test_a_thousand_exact_copies_leave_the_best_one(best):
    contenders = [Contender(seq, 0, (-1.0 if seq == best else -0.5, seq)) for seq in range(1000)]

    outcome, _ = choose_survivors(contenders, [], lambda pairs: [], 16)

    assert sorted(set(range(1000)) - set(outcome.losses)) == [best]
    assert {loss.survivor for loss in outcome.losses.values()} == {best}


def test_a_copy_of_a_copy_stays_where_it_is_not_like_the_survivor():
    chain = [edge((0, 1), 0.9), edge((1, 2), 0.9)]
    contenders = [Contender(seq, seq, (seq,)) for seq in range(3)]

    outcome, _ = choose_survivors(contenders, chain, lambda pairs: [edge(pair, 0.5) for pair in pairs], 16)

    assert sorted(outcome.losses) == [1]


def test_the_missing_pairs_with_the_survivor_are_measured():
    star = [edge((0, other), 0.9) for other in (1, 2, 3)]
    contenders = [Contender(seq, seq, (-seq,)) for seq in range(4)]
    asked = []

    def measure(pairs):
        asked.extend(pairs)
        return [edge(pair, 0.9) for pair in pairs]

    outcome, _ = choose_survivors(contenders, star, measure, 16)

    assert asked == [(1, 3), (2, 3)]
    assert sorted(outcome.losses) == [0, 1, 2]
