// What the API answers, as far as the page reads it (see /openapi.json).
export interface Head { theatre: string; as_of: string; known_by: string; edition: string; revision: number; marks: string[]; release_notes: string[] }
export interface Side { id: string; name: string; letter: string; colour: string }
export interface Roster { id: string; name: string; size: number; counts: string; source: string }
/** A frozen edition that is served from its folder: its own clocks are all that it can be asked at. */
export interface Frozen { title: string; edition: string; as_of: string; known_by: string; since: string | null }
export interface Theatre {
  id: string; name: string; since: string; until: string | null; zone: string; sides: Side[]; rosters: Roster[]; default_roster: string;
  palettes: string[]; kinds: string[]; supports: string[]; as_of: string; first: string; opens: string; known_by: string; revision: number; head: string; version: string; rules: string; frozen: Frozen | null;
}
export interface CellShape { id: string; name: string; parent: string; d: string; inner: string; x: number; y: number; room: number }
export interface AreaShape { id: string; name: string; d: string; coarse?: boolean; x?: number; y?: number; room?: number }
export interface SymbolShape { id: string; name: string; label: string; parent: string; kind: string; x: number; y: number; reach: number }
export interface RoadShape { id: string; name: string; d: string }
export interface Geometry {
  theatre: string; note: string; width: number; height: number; km: number; labels: string;
  others: { id: string; name: string; parent: string; kind: string }[];
  cells: CellShape[]; areas: AreaShape[]; outline: string; symbols: SymbolShape[]; roads: RoadShape[];
}
export interface Look { look: string; holder: string; holder_name: string; letter: string; claimed_by: string; support: string; likelihood: string }
export type AreaRun = [number, Record<string, number>, number, number];
export interface Timeline extends Head { from: string; to: string; days: number; looks: Look[]; units: Record<string, [number, number][]>; areas: Record<string, AreaRun[]> }
export interface TallyRow { state: string; state_name: string; count: number; low: number; high: number; expected: number }
export interface Extent { by: string; measured: number; total: number; unknown: number; rows: { state: string; amount: number; low: number; high: number }[] }
export interface Tally {
  as_of: string; known_by: string; roster_id: string; roster: string; counts: string; size: number; covered: number; unknown: number; rows: TallyRow[]; marks: string[];
  extents?: Extent[];
}
export interface Area { area_id: string; name: string; counts: [string, number][]; unknown: number; size: number; marks: string[] }
export interface Day extends Head { columns: string[]; items: unknown[][]; areas: Area[]; tally: Tally | null }
export interface DayRow {
  unit_id: string; look: string; holder: string; probability: number; support: string; claimed_by: string; since: string; last_evidence: string;
  origins: number; denials: number; marked: number;
}
export interface Change {
  unit_id: string; name: string; kind: string; parent: string; before: string; before_name: string; after: string; after_name: string; when: string; first_day: string; likely_day: string;
  dated: string; dated_short: string;
  probability: number; support: string; recapture: boolean; marks: string[]; weight?: number; pair?: number | null;
}
export interface Changes extends Head { since: string; perhaps_before: number; perhaps_later: number; items: Change[] }
export interface Quote {
  report_id: string; claim_id: string; outlet: string; url: string; published: string; known: string; text: string; before: string; behind: string;
  start: number; end: number; relation: string; withdrawn: boolean; marks: string[];
  paragraph_before?: string; paragraph_behind?: string; archived?: string; archive_note?: string; archived_at?: string; hash?: string;
}
export interface Evidence {
  id: string; symbol: string; holder: string; holder_name: string; leaning: string; side: string; chain: string[]; origin: string; said: string; meant: string;
  bits: number | null; words: string; denial: boolean; hedged: boolean; withdrawn: boolean; via: string; quotes: Quote[]; marks: string[]; record: string;
  admiralty?: string; admiralty_why?: string;
}
export interface Status {
  unit_id: string; name: string; kind: string; scope: string; parent: string; holder: string | null; holder_name: string; letter: string; probability: number;
  probabilities: [string, number][]; likelihood: string; confidence: string; support: string; claimed_by: string; origins: number; denials: number; since: string;
  last_evidence: string; sentence: string; confidence_sentence: string; marks: string[]; evidence: Evidence[]; related: Evidence[]; start: number | null; would_change: string;
}
export interface Neighbour { unit_id: string; name: string; kind: string; link: string; reason: string }
export interface Spell { holder: string; holder_name: string; start: string; end: string; probability: number; brief: boolean; marks: string[] }
export interface UnitAnswer extends Head { status: Status; neighbours: Neighbour[]; spells: Spell[]; changes: Change[] }
export interface Tick { id: string; said: string; meant: string; symbol: string; holder: string; side: string; denial: boolean; bits: number | null; reports: number }
export interface Series extends Head { unit_id: string; name: string; states: string[]; days: string[]; probabilities: number[][]; since: string; ticks: Tick[] }
export interface Tallies extends Head { tallies: Tally[] }
export interface Published {
  outlet: string; chain: string[]; known: string; day: string; actor: string; actor_name: string; unit: string; says: string; count: number | null; share: number | null;
  of: number | null; rosters: string[]; roster_id: string; ours: number | null; low: number | null; high: number | null; reasons: string[]; quote: string; marks: string[];
}
export interface PublishedAnswer extends Head { items: Published[] }
export interface SourceRow { name: string; sort: string; kind: string; side: string; side_name: string; outlet_id: string; reports: number; letter: string; letter_set: string; letter_why: string }
export interface Sources extends Head { items: SourceRow[] }
export interface Told { holder: string | null; holder_name: string; probability: number; support: string; look?: string }
export interface Difference { unit_id: string; name: string; kind: string; parent?: string; before: Told; after: Told }
export interface WhatIf extends Head { without: string; shown: number; changed: number; other_holder: number; items: Difference[] }
export interface Compared extends Head { other: { as_of: string; known_by: string; edition: string }; items: Difference[] }
export interface QueueItem {
  claim_id: string; claim_ids: string[]; report_id: string; unit_id: string; name: string; kind: string; symbol: string; holder: string; holder_name: string; voice: string; chain: string[]; outlet: string;
  url: string; published: string; when: string; text: string; before: string; behind: string; copies: number; turns: boolean; turns_holder: boolean;
  bits: number | null; reviewed: string;
}
export interface Queue extends Head { items: QueueItem[]; total: number; next: string | null }
export interface Act { id: string; act: string; claim_ids: string[]; correction: { unit_id?: string } | null; undoes: string; reason: string; author: string; recorded: string; revision: number; undone: boolean }
export interface Acts { items: Act[]; next: string | null }
