"""What a road network is worth for a question: what was read, in how many pieces, whom it does not reach, and why."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import metres, percent
from mixplan.city.haul import Haul, Joined, Obstacle
from mixplan.city.networks import Network

ENOUGH = 0.95  # less of the demand, of the supply or of the length in one piece is warned of
_SHOWN = 5


@dataclass(frozen=True, eq=False)
class NetworkReport:
    """A network, and how the two sides of a question join it.

    Attributes
    ----------
    network : Network
        What was read.
    demand, supply : DataFrame
        By id: ``weight`` (each supply point counts as one), ``obstacle`` (why no way leads there, see `haul.Obstacle`),
        ``metres`` (where it is far: to the network; where it lies at another piece: to the longest one), ``piece``
        (that it lies at), ``main_m``.
    """

    network: Network
    demand: pd.DataFrame
    supply: pd.DataFrame

    @property
    def demand_share(self) -> float:
        """Share of the demand that some supply reaches along the network."""
        return _share(self.demand)

    @property
    def supply_share(self) -> float:
        """Share of the supply points that reach some demand along the network."""
        return _share(self.supply)

    @property
    def notes(self) -> list[str]:
        """What was read and how places were joined to it, in sentences."""
        found = [network_sentence(self.network)]
        main = np.concatenate([self.demand["main_m"], self.supply["main_m"]])
        if (main > 0).any():
            text = _("{count} 个点最近的路段不在路网的主要部分，也接到了 {metres} 以内的主要路段，取运距短的。")
            found.append(text.format(count=int((main > 0).sum()), metres=metres(main.max())))
        return found

    @property
    def warnings(self) -> list[str]:
        """What must be known before any figure along this network is believed, in sentences; nothing where all is well.

        Pieces, too little demand or supply reached, and the reason for each point that has no way.
        """
        found = self._pieces_said() if self.network.piece_share[0] < ENOUGH else []
        if not self.demand_share >= ENOUGH:
            found.append(
                _(
                    "沿路网只够得到需求的 {share}（{all} 个需求点中的 {count} 个）；其余按没有供应计，不是按直线计。"
                ).format(share=percent(self.demand_share), all=len(self.demand), count=_reached(self.demand))
            )
        if len(self.supply) and not self.supply_share >= ENOUGH:
            found.append(
                _("沿路网 {all} 个供应点和候选点中只有 {count} 个到得了需求点。").format(
                    all=len(self.supply), count=_reached(self.supply)
                )
            )
        for table, name in ((self.demand, _("个需求点")), (self.supply, _("个供应点和候选点"))):
            found += [
                _obstacle_sentence(Obstacle(str(key)), part, name) for key, part in table.groupby("obstacle") if key
            ]
        return found

    def pieces(self) -> list[dict[str, float]]:
        """The longest pieces, longest first: share of the length, and the demand and supply that lie at each."""
        all_demand = float(self.demand["weight"].sum())
        found = []
        for number, share in enumerate(self.network.piece_share[:_SHOWN]):
            near = self.demand[self.demand["piece"] == number]
            found.append(
                {
                    "share": round(float(share), 4),
                    "demand_points": len(near),
                    "demand_share": round(float(near["weight"].sum()) / all_demand, 4) if all_demand > 0 else 0.0,
                    "supply_points": int((self.supply["piece"] == number).sum()),
                }
            )
        return found

    def _pieces_said(self) -> list[str]:
        network = self.network
        text = _(
            "路网 {file} 断成 {count} 块，最大的一块只占长度的 {share}：块与块之间没有路。"
            "相接的线要有共同的端点或顶点，化简过的道路常常没有，请用未化简的路网。"
        )
        share = percent(float(network.piece_share[0]))
        whole = text.format(file=network.source.file, count=len(network.piece_share), share=share)
        part = _("第 {number} 块占长度的 {share}，附近有需求的 {demand}（{points} 个点）、供应点和候选点 {supply} 个")
        said = [
            part.format(
                number=number,
                share=percent(piece["share"]),
                demand=percent(piece["demand_share"]),
                points=piece["demand_points"],
                supply=piece["supply_points"],
            )
            for number, piece in enumerate(self.pieces(), 1)
        ]
        return [whole, _("；").join(said) + ("…" if len(network.piece_share) > _SHOWN else "") + _("。")]

    def record(self) -> dict[str, Any]:
        """The same for JSON, with every point that has no way."""
        source, network = self.network.source, self.network
        unreached = [
            {"side": side, "id": str(key), "obstacle": str(obstacle), "metres": _rounded(away)}
            for side, table in (("demand", self.demand), ("supply", self.supply))
            for key, obstacle, away in zip(table.index, table["obstacle"], table["metres"], strict=True)
            if obstacle
        ]
        return {
            "file": source.file,
            "crs": source.crs,
            "lines": source.lines,
            "left_out": source.left_out,
            "heights_dropped": source.heights,
            "corners": len(network.corners),
            "km": round(network.km, 3),
            "one_way_share": round(_one_way_share(network), 4),
            "pieces": len(network.piece_share),
            "largest_piece_share": round(float(network.piece_share[0]), 4),
            "largest_piece_corner_share": round(network.largest_corner_share, 4),
            "largest_pieces": self.pieces(),
            "bounds": [round(degree, 5) for degree in network.bounds_degrees],
            "demand_points": len(self.demand),
            "demand_points_reached": _reached(self.demand),
            "demand_share_reached": round(self.demand_share, 4),
            "supply_points": len(self.supply),
            "supply_points_reached": _reached(self.supply),
            "unreached": unreached,
        }


def network_report(haul: Haul, demand: pd.Series, supply: "pd.Index[Any]") -> NetworkReport | None:
    """Look at how the two sides of a haul join the network that it was worked out on; nothing without a network.

    Parameters
    ----------
    demand : Series
        Weights of the places of the haul, by id.
    supply : Index
        Ids of its sources.
    """
    if haul.network is None:
        return None
    weights = pd.Series(1.0, index=supply)
    return NetworkReport(
        haul.network,
        _side(demand.astype(float), haul.places, np.isfinite(haul.km).any(axis=1)),
        _side(weights, haul.sources, np.isfinite(haul.km).any(axis=0)),
    )


def _side(weight: pd.Series, joined: Joined, reached: Any) -> pd.DataFrame:
    far = joined.obstacle == Obstacle.FAR
    return pd.DataFrame(
        {
            "weight": weight,
            "reached": reached,
            "obstacle": joined.obstacle,
            "metres": np.where(far, joined.access_m, joined.largest_m),
            "piece": joined.piece,
            "main_m": joined.main_m,
        },
        index=weight.index,
    )


def _share(table: pd.DataFrame) -> float:
    """Share that is reached; by number where nothing has any weight, none of nothing."""
    weight = table["weight"] if table["weight"].sum() > 0 else pd.Series(1.0, index=table.index)
    return float(weight[table["reached"]].sum() / weight.sum()) if len(table) else 0.0


def _reached(table: pd.DataFrame) -> int:
    return int(table["reached"].sum())


def _rounded(value: float) -> float | None:
    return round(float(value), 1) if value else None


def _one_way_share(network: Network) -> float:
    return float(network.length_m[network.one_way].sum() / network.length_m.sum())


def network_sentence(network: Network) -> str:
    """What a network is, in one sentence: lines, length, one-way streets, pieces, and what was left out of the file."""
    source = network.source
    text = _("路网 {file}：{lines:,} 条线，{corners:,} 个节点，{km:,.0f} km，其中单行 {one_way}；坐标系 {crs}").format(
        file=source.file,
        lines=source.lines,
        corners=len(network.corners),
        km=network.km,
        one_way=percent(_one_way_share(network)),
        crs=source.crs,
    )
    pieces = _("{count} 块，最大的一块占长度的 {share}").format(
        count=len(network.piece_share), share=percent(float(network.piece_share[0]))
    )
    parts = [text, pieces]
    if source.heights:
        parts.append(_("高程未用"))
    if source.left_out:
        parts.append(_("{count} 个要素不是线，未读").format(count=source.left_out))
    if source.unknown_directions:
        parts.append(_("{count} 条线的 oneway 无法识别，按双向计").format(count=source.unknown_directions))
    return _("；").join(parts) + _("。")


def _obstacle_sentence(obstacle: Obstacle, table: pd.DataFrame, name: str) -> str:
    """Which points of one side have no way for one reason, with the distances that tell."""
    text = {
        Obstacle.FAR: _("{count} {name}离路网太远：{points}。"),
        Obstacle.OTHERS_FAR: _("{count} {name}没有通路，因为另一端的点都离路网太远：{points}。"),
        Obstacle.PIECE: _("{count} {name}附近的路与另一端的路不相连：{points}（距离是到路网最大一块的）。"),
        Obstacle.ONE_WAY: _("{count} {name}附近的路是连着的，但按单行方向没有通路：{points}。"),
    }[obstacle]
    some = table["metres"].head(_SHOWN)
    said = [f"{key} ({metres(away)})" if away else str(key) for key, away in some.items()]
    more = "…" if len(table) > _SHOWN else ""
    return text.format(count=len(table), name=name, points=_("、").join(said) + more)
