# Everything that crosses the wire or is stored, in one place. Fields are only ever added; numbers of enumerations are the
# stored form of protocol/model and only ever appended. No floating point.
@0xb8c009330a45d5fd;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("lab::wire::schema");

# ---------------------------------------------------------------- values

struct TaskId { plan @0 :UInt32; number @1 :UInt32; revision @2 :UInt16; }

struct Token { counter @0 :UInt64; generation @1 :UInt32; }

struct Decimal {
  low @0 :UInt64;   # 128-bit mantissa, two's complement
  high @1 :Int64;
  exponent @2 :Int8;
}

# A reading of at most 64 bits whose text is the plain notation of its number needs no pointer target at all.
struct Determination {
  mantissa @0 :Int64;
  exponent @1 :Int8;
  state @2 :UInt8;
  comparator @3 :UInt8;
  unit @4 :UInt8;       # index in the measurement's list of units
  item @5 :UInt16;
  written :union {
    nothing @6 :Void;   # no number, empty text
    plain @7 :Void;     # the text is the number
    word @8 :Text;      # no number
    text @9 :Text;      # a number, written otherwise
    wide @10 :Wide;     # a number of more than 64 bits
  }
}

struct Wide {
  text @0 :Text;
  number @1 :Decimal;
}

struct ItemVerdict {
  limitRow @0 :UInt32;
  item @1 :UInt16;
  outcome @2 :UInt8;
  reason @3 :UInt8;
}

struct LotTerms { size @0 :UInt64; level @1 :Text; aql @2 :Text; }

struct LotOrder {
  terms @0 :LotTerms;
  inspection @1 :Text;
  letter @2 :Text;
  finalLetter @3 :Text;
  n @4 :UInt32;
  ac @5 :UInt32;
  re @6 :UInt32;
  toInspect @7 :UInt64;
}

struct LotCount { inspected @0 :UInt64; nonconforming @1 :UInt64; }

# ---------------------------------------------------------------- events of a node

struct Sampled {
  number @0 :Text;
  sampledOn @1 :Int32;      # days since 1970-01-01
  sampleName @2 :Text;
  quantity @3 :Text;
  reserve @4 :Text;
  storage @5 :Text;
  secondSampler @6 :Text;
  officialNumber @7 :Text;  # of the official sampling form
  fields @8 :List(FormField);  # what its programme asks for beside these
}

struct FormField { code @0 :Text; value @1 :Text; }

# Beside `declined`, which says the reason alone.
struct Declined {
  reason @0 :Text; kind @1 :UInt8; cause @2 :Text; secondSampler @3 :Text; witnesses @4 :List(Text);
  photos @5 :List(Data);
}

struct Disposed { number @0 :Text; copy @1 :UInt8 = 1; way @2 :UInt8; reason @3 :Text; witness @4 :Text; }

struct Amended {
  number @0 :Text;
  record @1 :Data;          # of the Judged event that is replaced
  version @2 :UInt16;       # that is replaced
  reason @3 :Text;
}

struct SerialKind {
  year @0 :UInt8;           # two digits
  programme @1 :Text;
}

struct Renumbered { before @0 :Text; number @1 :Text; reason @2 :Text; }

struct SerialsWanted { kind @0 :SerialKind; left @1 :UInt32; reason @2 :Text; }

struct Received {
  number @0 :Text;
  photo @1 :Data;
  reader @2 :Text;
  condition @3 :Text;
  copy @4 :UInt8 = 1;       # 1 is the test sample
  code @5 :Text;
  printedIs @6 :UInt8;
  printed @7 :Text;
  status @8 :UInt8;
  seal @9 :UInt8;
  sealPhoto @10 :Data;
  thumbnail @11 :Data;
  captured @12 :Int64;      # 0: not known
  device @13 :Text;
  accepted @14 :Text;
  reason @15 :Text;
}

struct Measured {
  number @0 :Text;
  capture @1 :Data;
  instrument @2 :Text;
  profile @3 :Text;
  units @4 :List(Text);
  determinations @5 :List(Determination);
  reading @6 :Text;         # a weighing, as the balance gave it; empty for everything else
  portion @7 :UInt8 = 1;    # test portion of the sample
}

struct Judged {
  number @0 :Text;
  edition @1 :Data;
  judgedFor @2 :Int32;
  version @3 :UInt16;
  outcome @4 :UInt8;
  items @5 :List(ItemVerdict);
  lot @6 :LotCount;         # null for everything but a lot
}

struct Reviewed { number @0 :Text; record @1 :Data; agreed @2 :Bool; note @3 :Text; }

struct Approved {
  number @0 :Text; record @1 :Data; reviewer @2 :Text; version @3 :UInt16; outcome @4 :UInt8; signature @5 :Data;
}

struct LotInspected { number @0 :Text; count @1 :LotCount; }

struct RunCheck {
  kind @0 :UInt8; finding @1 :UInt8; reason @2 :UInt8; method @3 :Text; analyte @4 :Text; row @5 :Text;
  figure @6 :Text; window @7 :Text; rules @8 :Text;
}

struct RunShortage { kind @0 :UInt8; needed @1 :UInt32; found @2 :UInt32; method @3 :Text; analyte @4 :Text; }

struct RunAssessed {
  capture @0 :Data;
  edition @1 :Data;
  instrument @2 :Text;
  samples @3 :UInt32;
  accepted @4 :Bool;
  checks @5 :List(RunCheck);
  shortages @6 :List(RunShortage);
  unlisted @7 :UInt32;
}

struct RunDecided {
  capture @0 :Data;
  record @1 :Data;          # the event about this run that was decided upon
  release @2 :Bool;
  reason @3 :Text;
}

struct Forked {
  incarnation @0 :UInt32;
  sequence @1 :UInt64;
  hash @2 :Data;
  event @3 :Data;
}

# The node goes on with other keys.
struct KeysReplaced {
  curveKey @0 :Text;
  signingKey @1 :Data;
  former @2 :Data;          # signing key that is replaced
  possession @3 :Data;      # signature by the new one
}

struct Event {
  node @0 :UInt32;
  incarnation @1 :UInt32;
  sequence @2 :UInt64;
  at @3 :Int64;             # milliseconds since 1970-01-01T00:00:00Z
  plan @4 :UInt32;
  task @5 :UInt32;
  revision @6 :UInt16;
  generation @7 :UInt32;
  token @8 :UInt64;
  previous @9 :Data;
  person @10 :Text;
  union {
    sampled @11 :Sampled;
    received @12 :Received;
    measured @13 :Measured;
    judged @14 :Judged;
    reviewed @15 :Reviewed;
    approved @16 :Approved;
    declined @17 :Text;
    incident @18 :Text;
    runAssessed @19 :RunAssessed;
    runDecided @20 :RunDecided;
    lotInspected @21 :LotInspected;
    renumbered @22 :Renumbered;
    serialsWanted @23 :SerialsWanted;
    forked @24 :Forked;
    notSampled @25 :Declined;
    disposed @26 :Disposed;
    amended @27 :Amended;
    keysReplaced @28 :KeysReplaced;
  }
}

# ---------------------------------------------------------------- orders to a node

struct Retest {
  version @0 :UInt16;
  sampledOn @1 :Int32;
  analytes @2 :List(Text);
}

struct Grant {
  task @0 :TaskId;
  token @1 :Token;
  number @2 :Text;
  blindCode @3 :Text;
  programme @4 :Text;
  city @5 :UInt32;
  county @6 :UInt32;
  category @7 :Text;
  commodity @8 :Text;
  stage @9 :UInt8;
  round @10 :UInt8;
  panel @11 :Text;
  due @12 :Int32;
  lot @13 :LotOrder;        # null for everything but a lot
  retest @14 :Retest;       # null: the first test of the sample
}

struct Revocation {
  task @0 :TaskId;
  token @1 :Token;
  reason @2 :Text;
  # 0: a revocation. 1: the reserve is held, 2: it is free again; the token is then 0.0, so that an older node takes it
  # for the end of a grant it has long left behind.
  hold @3 :UInt8;
}

struct SerialBlock {
  kind @0 :SerialKind;
  first @1 :UInt32;
  count @2 :UInt32;
  request @3 :Data;         # hash of the event that asked for it
}

struct Order {
  sequence @0 :UInt64;
  at @1 :Int64;
  union {
    grant @2 :Grant;
    revocation @3 :Revocation;
    serialBlock @4 :SerialBlock;  # only ever the answer to a node that asked, so that an older one never sees it
  }
}

# ---------------------------------------------------------------- messages

struct StreamHead { sequence @0 :UInt64; incarnation @1 :UInt32; hash @2 :Data; }

# Of all events the coordinator holds; generation 0: none. The proof extends the tree of `from` leaves.
struct TreeHead {
  generation @0 :UInt32; base @1 :UInt64; size @2 :UInt64; root @3 :Data; at @4 :Int64;  # milliseconds
  signature @5 :Data; from @6 :UInt64; proof @7 :List(Data);
}

struct Hello {
  protocolMin @0 :UInt16;
  protocolMax @1 :UInt16;
  build @2 :Text;
  streams @3 :List(StreamHead);
  orders @4 :UInt64;
  highestToken @5 :Token;
  generation @6 :UInt32;
  reference @7 :Data;
  clock @8 :Int64;
  boot @9 :UInt64;
  previousBoot @10 :UInt64;
  acknowledged @11 :UInt64;
  resync @12 :Bool;
  tree @13 :TreeHead;       # without a proof
}

struct Events {
  incarnation @0 :UInt32;
  first @1 :UInt64;
  events @2 :List(Data);
  signature @3 :Data;
  orders @4 :UInt64;
  tree @5 :UInt64;          # leaves of the last tree head the node has kept
}

struct BlobWant { hash @0 :Data; offset @1 :UInt64; }

struct BlobChunk { hash @0 :Data; offset @1 :UInt64; total @2 :UInt64; bytes @3 :Data; }

struct Enrol {
  ticket @0 :Text;
  curveKey @1 :Text;
  signingKey @2 :Data;
  name @3 :Text;
}

struct Enrolled {
  node @0 :UInt32;
  laboratory @1 :UInt32;
  laboratoryName @2 :Text;
  signingKey @3 :Data;
}

# The coordinator's next CURVE key, signed with its signing key.
struct NextServerKey { curveKey @0 :Text; from @1 :Int64; signature @2 :Data; }

struct Welcome {
  protocol @0 :UInt16;
  generation @1 :UInt32;
  mode @2 :UInt8;
  cursors @3 :List(StreamHead);
  reference @4 :Data;
  clock @5 :Int64;
  ordersBase @6 :UInt64;
  tree @7 :TreeHead;
  nodeKey @8 :Data;         # signing key that the node is known by
  nextServerKey @9 :NextServerKey;
}

struct Refuse { reason @0 :UInt8; explanation @1 :Text; }

struct EventNote { sequence @0 :UInt64; disposition @1 :UInt8; }

struct Ack {
  incarnation @0 :UInt32;
  upto @1 :UInt64;
  notes @2 :List(EventNote);
  hash @3 :Data;
  provisional @4 :Bool;
  first @5 :UInt64;
  tree @6 :TreeHead;
}

struct ResyncRequest { incarnation @0 :UInt32; fromIncarnation @1 :UInt32; fromSequence @2 :UInt64; }

struct Resync {
  incarnation @0 :UInt32;
  seals @1 :List(StreamHead);
  orders @2 :UInt64;
  fromIncarnation @3 :UInt32;
  fromSequence @4 :UInt64;
  events @5 :List(Data);
  notes @6 :List(EventNote);
}

struct SerialSeen { kind @0 :SerialKind; highest @1 :UInt32; }

struct Inventory {
  serials @0 :List(SerialSeen);
  blocks @1 :List(SerialBlock);
}

struct Orders {
  generation @0 :UInt32;
  orders @1 :List(Data);
  signature @2 :Data;
}

struct Message {
  union {
    hello @0 :Hello;
    events @1 :Events;
    ordersAck @2 :UInt64;
    blobWant @3 :BlobWant;
    ping @4 :Int64;
    enrol @5 :Enrol;
    welcome @6 :Welcome;
    refuse @7 :Refuse;
    ack @8 :Ack;
    orders @9 :Orders;
    blobChunk @10 :BlobChunk;
    pong @11 :Int64;
    enrolled @12 :Enrolled;
    resyncRequest @14 :ResyncRequest;
    resync @15 :Resync;
    inventory @16 :Inventory;
  }
  session @13 :UInt64;
}

# ---------------------------------------------------------------- records of the coordinator's store

struct Task {
  id @0 :TaskId;
  programme @1 :Text;
  city @2 :UInt32;
  county @3 :UInt32;
  category @4 :Text;
  commodity @5 :Text;
  stage @6 :UInt8;
  round @7 :UInt8;
  panel @8 :Text;
  due @9 :Int32;
  number @10 :Text;
  blindCode @11 :Text;
  state @12 :UInt8;
  laboratory @13 :UInt32;
  node @14 :UInt32;
  token @15 :Token;
  lot @16 :LotTerms;        # null for everything but a lot
  series @17 :UInt32;
  lotOrder @18 :LotOrder;   # null unless a lot is granted
}

struct Laboratory {
  id @0 :UInt32;
  name @1 :Text;
  city @2 :UInt32;
  capacity @3 :UInt32;
  panels @4 :List(Text);
}

# The last two: the event that replaced them.
struct FormerKeys { curveKey @0 :Text; signingKey @1 :Data; until @2 :Int64; incarnation @3 :UInt32; sequence @4 :UInt64; }

struct NodeEntry {
  id @0 :UInt32;
  laboratory @1 :UInt32;
  name @2 :Text;
  curveKey @3 :Text;
  signingKey @4 :Data;
  enrolledAt @5 :Int64;
  revokedAt @6 :Int64;    # 0 = not revoked
  former @7 :List(FormerKeys);
}

struct Ticket {
  laboratory @0 :UInt32;
  name @1 :Text;
  expiresAt @2 :Int64;
  usedBy @3 :UInt32;      # node; 0 = not used
}

struct PlanEntry {
  id @0 :UInt32;
  revision @1 :UInt16;
  year @2 :UInt16;
  title @3 :Text;
  due @4 :Int32;
  tasks @5 :UInt32;
  source @6 :Data;        # hash of the imported file
}

struct ResultEntry {
  node @0 :UInt32;
  incarnation @1 :UInt32;
  judgedAt @2 :UInt64;    # sequence of the Judged event
  record @3 :Data;        # its hash
  analyst @4 :Text;
  judgedFor @5 :Int32;
  version @6 :UInt16;
  outcome @7 :UInt8;
  reviewer @8 :Text;
  countedVersion @9 :UInt16;  # 0 = not counted yet
  firstOutcome @10 :UInt8;
  finalOutcome @11 :UInt8;
  month @12 :UInt16;      # of the sampling date, as counted
  failed @13 :List(ItemVerdict);
  lot @14 :LotCount;        # null for everything but a lot
}

# ---------------------------------------------------------------- records of a node's store

struct Sample {
  grant @0 :Grant;
  state @1 :UInt8;
  sampled @2 :Sampled;
  sampler @3 :Text;
  received @4 :Received;
  measured @5 :List(Measured);
  judged @6 :Judged;
  record @7 :Data;
  analyst @8 :Text;
  reviewed @9 :Reviewed;
  reviewer @10 :Text;
  approver @11 :Text;
  disposition @12 :UInt8;
  history @13 :List(EventPlace);
  edition @14 :Data;      # reference set whose panel the item indexes count in
  note @15 :Text;
  lot @16 :LotCount;        # null until a lot has been inspected
  receiver @17 :Text;
  receivedAt @18 :Int64;
  further @19 :List(ReceivedCopy);
  former @20 :List(Text);   # numbers it had before
  disposed @21 :List(DisposedCopy);
  held @22 :Text;           # why its reserve is held
  version @23 :UInt16 = 1;  # that its next verdict has
  amended @24 :Text;        # why
}

struct DisposedCopy { what @0 :Disposed; person @1 :Text; at @2 :Int64; }

# The fields of one sampling form, beside the record of its sample.
struct FormFields { fields @0 :List(FormField); }

struct ReceivedCopy { what @0 :Received; receiver @1 :Text; at @2 :Int64; }

struct TrayEntry {
  seen @0 :Received;
  laboratory @1 :Text;
  code @2 :Text;
  detail @3 :Text;
  port @4 :Text;
  at @5 :Int64;
  person @6 :Text;
  decidedBy @7 :Text;     # empty while it waits
  decision @8 :Text;
}

struct EventPlace { sequence @0 :UInt64; incarnation @1 :UInt32; }

struct CaptureEntry {
  instrument @0 :Text;
  port @1 :Text;
  receivedAt @2 :Int64;
  octets @3 :UInt64;
  profile @4 :Text;
  observations @5 :UInt32;
  taken @6 :UInt32;       # became determinations
  quarantined @7 :UInt32;
  refused @8 :Text;
  person @9 :Text;
  sample @10 :Text;       # number of the sample that was weighed; empty for everything else
  reading @11 :Text;      # a weighing, as the balance gave it
  checks @12 :UInt32;
  same @13 :UInt32;        # said again what already counts
  supporting @14 :UInt32;  # qualifier ions
}

struct QuarantineEntry {
  capture @0 :Data;
  offset @1 :UInt64;
  reason @2 :Text;
  sampleId @3 :Text;
  analyte @4 :Text;
  value @5 :Text;
  unit @6 :Text;
  state @7 :UInt8;
  at @8 :Int64;
  decidedBy @9 :Text;
  decision @10 :Text;
  number @11 :Decimal;    # null: the value has none
  comparator @12 :UInt8;
  device @13 :Text;       # named in the bytes
}

struct RunEntry {
  assessed @0 :RunAssessed;
  analyst @1 :Text;
  at @2 :Int64;
  record @3 :Data;
  reviewer @4 :Text;
  decided @5 :RunDecided;   # null: nobody has decided
  decidedAt @6 :Int64;
}
