"""What every engine is held to: each quoted string stands in the report, each word is of the vocabulary, or the claim is refused.

An engine says which words are evidence, actor, place, speaker, time. Where they stand, whom a name means, whose side a speaker is on and
what day "Thursday" was is found here, by the same parts that our own reader uses.

Proposal -> Span of each quotation -> actor, places, chain, time -> Claim | Reason
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from heldby.engines.failing import Reason
from heldby.engines.proposal import Proposal, ProposedPlace
from heldby.engines.scene import Scene, Staging
from heldby.model.claim import Claim
from heldby.model.place import Place
from heldby.model.report import Gap, GapKind, Passage, Report
from heldby.model.rulebook import Rulebook
from heldby.model.theatre import Lexicon
from heldby.model.when import When
from heldby.model.who import Chain
from heldby.read.text import Span

MOST_SENTENCES = 3  # that the evidence of one claim may touch
MOST_CHARACTERS = 500
MOST_TRIES = 10  # places of one evidence that are tried: an answer must not buy time with "the"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What of an engine's proposals holds: claims in order of passage, the reasons of those refused, and gaps where nobody can be told."""

    claims: tuple[Claim, ...] = ()
    refused: tuple[Reason, ...] = ()
    gaps: tuple[Gap, ...] = ()


class Refused(Exception):
    """A proposal breaks the contract."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Contract:
    """Holds proposals against reports, with the names of one lexicon. Pure; built once."""

    def __init__(self, rulebook: Rulebook, lexicon: Lexicon) -> None:
        self._staging = Staging(rulebook, lexicon)

    def scene(self, report: Report) -> Scene:
        """A report laid out for `hold`."""
        return self._staging.scene(report)

    def hold(self, scene: Scene, proposals: Sequence[Proposal], rule: str) -> Verdict:
        """The claims that stand. `rule` is what every one of them will name as its maker."""
        claims: dict[str, Claim] = {}
        refused: list[Reason] = []
        gaps: list[Gap] = []
        placed = [(p, scene.quoted.all(p.evidence)) for p in proposals]
        scene.meet([(speaker, where[0]) for p, where in placed if where for speaker in p.speakers])
        for proposal, where in placed:
            try:
                claim = self._best(scene, proposal, where, rule)
            except Refused as e:
                refused.append(e.reason)
                if e.reason is Reason.NO_ACTOR:
                    gaps.append(self._nobody(scene, where[0]))
                continue
            claims.setdefault(claim.id, claim)
        ordered = sorted(claims.values(), key=lambda c: (c.passage.start, c.passage.end, c.id))
        return Verdict(tuple(ordered), tuple(sorted(refused)), tuple(dict.fromkeys(sorted(gaps, key=lambda g: (g.start, g.end)))))

    def _best(self, scene: Scene, proposal: Proposal, where: Sequence[Span], rule: str) -> Claim:
        """The claim at the first place of its evidence where all that it quotes stands near. Raises Refused with the first reason."""
        first: Refused | None = None
        for evidence in where[:MOST_TRIES]:
            try:
                return self._claim(scene, proposal, evidence, rule)
            except Refused as e:
                first = first or e
        raise first or Refused(Reason.EVIDENCE)

    def _claim(self, scene: Scene, proposal: Proposal, evidence: Span, rule: str) -> Claim:
        if evidence.end - evidence.start > MOST_CHARACTERS or scene.touched(evidence) > MOST_SENTENCES:
            raise Refused(Reason.TOO_LONG)
        window = scene.window(evidence)
        places = tuple(self._place(scene, p, evidence, window) for p in proposal.places)
        if not places:
            raise Refused(Reason.NO_PLACE)
        actor_text, actor, inferred = self._actor(scene, proposal, evidence, window)
        loser_text, loser = self._loser(scene, proposal, evidence)
        chain = self._chain(scene, proposal, evidence)
        when, remark = self._when(scene, proposal, evidence, window)
        report = scene.report
        return Claim(
            report_id=report.id,
            passage=Passage(report.id, evidence.start, evidence.end, report.text[evidence.start : evidence.end]),
            relation=proposal.relation,
            actor_text=actor_text,
            actor=actor,
            places=places,
            chain=chain,
            speaker_side=chain[-1].side,
            from_text=loser_text,
            from_actor=loser,
            polarity=proposal.polarity,
            modality=proposal.modality,
            hedged=proposal.hedged,
            when=when,
            inferred=inferred,
            rule=rule,
            trace=(rule, *((remark,) if remark else ())),
        )

    @staticmethod
    def _place(scene: Scene, proposed: ProposedPlace, evidence: Span, window: Span) -> Place:
        span = scene.quoted.near(proposed.text, evidence, window)
        if span is None:
            raise Refused(Reason.PLACE)
        place = scene.place(span)
        if proposed.name and proposed.name not in place.text:
            name = scene.quoted.near(proposed.name, span)
            if name is None:
                raise Refused(Reason.PLACE_NAME)
            told = scene.report.text[name.start : name.end]
            place = replace(place, name=told, referent=told)
        return place

    @staticmethod
    def _actor(scene: Scene, proposal: Proposal, evidence: Span, window: Span) -> tuple[str | None, str, bool]:
        """The words, the id and whether it is inferred. A name decides for itself; a generic word or none may be told by the engine."""
        if proposal.actor_id and not scene.knows(proposal.actor_id):
            raise Refused(Reason.VOCABULARY)
        if not proposal.actor:
            if not proposal.actor_id:
                raise Refused(Reason.NO_ACTOR)
            return None, proposal.actor_id, True
        span = scene.quoted.near(proposal.actor, evidence, window)
        if span is None:
            raise Refused(Reason.ACTOR)
        text = scene.report.text[span.start : span.end]
        party = scene.party(span)
        if party.named:
            if proposal.actor_id and proposal.actor_id not in party.bearers:
                raise Refused(Reason.OTHER_ACTOR)
            return text, proposal.actor_id or party.actor, False
        if not (proposal.actor_id or party.actor):
            raise Refused(Reason.NO_ACTOR)
        return text, proposal.actor_id or party.actor, True

    @staticmethod
    def _loser(scene: Scene, proposal: Proposal, evidence: Span) -> tuple[str | None, str]:
        if not proposal.loser:
            return None, ""
        span = scene.quoted.near(proposal.loser, evidence)
        if span is None:
            raise Refused(Reason.LOSER)
        return scene.report.text[span.start : span.end], scene.party(span).actor

    @staticmethod
    def _chain(scene: Scene, proposal: Proposal, evidence: Span) -> Chain:
        chain = [scene.publisher]
        for speaker in proposal.speakers:
            voice = scene.voice(speaker, evidence)
            if voice is None:
                raise Refused(Reason.SPEAKER)
            if all(voice.key != v.key for v in chain):
                chain.append(voice)
        return tuple(chain)

    @staticmethod
    def _when(scene: Scene, proposal: Proposal, evidence: Span, window: Span) -> tuple[When | None, str]:
        """The time that the quoted words mean, and a remark where they mean none."""
        if not proposal.when:
            return None, ""
        span = scene.quoted.near(proposal.when, evidence, window)
        if span is None:
            raise Refused(Reason.WHEN)
        when = scene.time(span)
        return when, "" if when else f"cannot date {scene.report.text[span.start : span.end]!r}"

    @staticmethod
    def _nobody(scene: Scene, evidence: Span) -> Gap:
        quote = scene.report.text[evidence.start : evidence.end]
        cause = "says what happened to a place, but not who did it"
        return Gap(GapKind.NO_ACTOR, quote, cause, scene.report.id, "", evidence.start, evidence.end)
