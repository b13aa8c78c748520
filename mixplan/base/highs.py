"""The HiGHS solver as every model here uses it: silent, and with the same result on every run."""

import highspy


class _Silent(highspy.Highs):  # type: ignore[misc]
    """HiGHS without its banner, which would stand in the middle of JSON on standard output."""

    def enableCallbacks(self) -> None:  # noqa: N802
        """Silence first: HiGHS prints as soon as callbacks are switched on, which its constructor does."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


def quiet_highs(lp: highspy.HighsLp | None = None, *, seed: int = 0) -> highspy.Highs:
    """A HiGHS instance, with a program if one is given, that prints nothing and, on one thread, repeats its runs."""
    h = _Silent()
    h.setOptionValue("threads", 1)
    h.setOptionValue("random_seed", seed)
    if lp is not None:
        h.passModel(lp)
    return h
