#pragma once
// The node's REST interface, which its page uses as well. Reads come from a snapshot of the store; whatever changes
// something becomes an input for the loop and is answered after its commit.
//
// GET  /api/v1/status                          open to everybody on this address; the rest needs a person, who shows a
//   script's bearer token or a browser's cookie: see protocol/service/session_routes.hpp for signing in and accounts
// GET  /api/v1/stream            what changes, as server-sent events: link, samples, captures, quarantine, runs, tray,
//   instruments (live_feed.hpp), open, reset; resumes after Last-Event-ID or ?after=
// GET  /api/v1/samples?state=&waits=&panel=&q=&after=&limit=     words of q stand somewhere on the sample; {samples,
// next,
//   count}; state and waits may be lists: received,measuring
// GET  /api/v1/waiting          what waits for whom: {waiting:[{role, what, count}]}                              GET
// /api/v1/samples/{number}      GET /api/v1/samples/{number}/label.png GET
// /api/v1/samples/{number}/label?format=png|pdf|zpl|tspl&layout=bench|bench-bars|sampling|tube&copies=&dpi=203|300
//      &pages=label|a4   (of a pdf)            number may be the task; read back before it is answered
// GET  /api/v1/worklist    GET /api/v1/captures?before=&limit=&show=quarantined|refused|same|unplaced|readings
// GET  /api/v1/captures/{capture}/raw          GET /api/v1/captures/{capture}/reading?profile=&sample=   how it reads
// GET  /api/v1/profiles     formats that can be named
// GET  /api/v1/weighings   GET /api/v1/quarantine?open=&capture=&reason=&after=&limit=
// GET  /api/v1/quarantine/captures             what waits, counted by capture and reason
// GET  /api/v1/sampling-fields?programme=      what its form asks for: {fields, on_paper, causes}
// POST /api/v1/sampling-forms   {forms:[{number, sampled_on ..., fields:{code: value}}]}
// GET  /api/v1/samples/{number}/sampling-form.pdf      to be signed; the enterprise is written on it by hand
// POST /api/v1/declines  {task|number, kind: unable|refused, cause, reason, second_sampler, witnesses, photos}
// POST /api/v1/renumberings     {number|task as number, reason}        the label is spoilt or lost: another number
// POST /api/v1/receptions?condition=  (a photo)            POST /api/v1/receptions/typed  {number, condition, reason,
//   photo? of the label}
// POST /api/v1/receptions/camera?camera=NAME&condition=    the same with a picture that the camera takes now
// GET  /api/v1/cameras/{camera}/picture                    what it sees
// POST /api/v1/receptions/scanned {text, condition}        of a hand scanner, as it came
//   Each with status=waiting|testing|tested|retained, seal=intact|broken, seal_photo=, captured_at=, device=, and copy=
//   when the code names none. A refusal with {doubts:[{code, detail}]} is taken in all the same when the request names
//   them: accept=CODE,CODE and reason=.
// GET  /api/v1/tray?open=&after=&limit=       pictures from a folder that nobody could take in
//   POST /api/v1/tray/{entry}/receive {number?, condition, reason ...}   POST /api/v1/tray/{entry}/dismiss {reason}
// POST /api/v1/photos (a picture) gives {photo, thumbnail} GET /api/v1/photos/{photo}
// POST /api/v1/captures?instrument=&name=&profile=&new=  (file)        new=1: the station does not know the instrument
//   yet, and somebody has seen that; without it 409 new_instrument. 422 capture_refused with {capture, candidates}
//   when several formats fit: one of them is named at the replay
// POST /api/v1/weighings        {number, instrument}, or {number, capture, analyte?}: of a weight or a reading
//   that came without its sample; with an analyte the reading becomes a result
// POST /api/v1/results          {instrument?, reason?, results:[{number, analyte, value, unit?, reason?}]} typed by
// hand,
//   with an Idempotency-Key: {capture, repeated, judged, results:[{number, analyte, ok, code?, detail?, same, state,
//   outcome, and an item as in a sample's page: value, unit, limit, verdict, reason, explanation}]}. A value that
//   replaces another one needs its reason; without it the cell is refused with `differs` and
//   {counts: {value, unit, instrument, person, at}}, the value that counts.
// POST /api/v1/verdicts         {cells:[{number, analyte, value, unit?}]} answers {cells:[...]} likewise, keeps nothing
// GET  /api/v1/worksheet?panel=&after=&limit=              the open samples of a panel, and the values they have
// POST /api/v1/retractions      {number, reason}           a verdict nobody has reviewed is taken back
// POST /api/v1/lot-inspections  {number, inspected, nonconforming}     of a lot; judged at once by its order
// POST /api/v1/quarantine/{entry}/resolve {number, analyte, reason}    POST .../reject {reason}
// POST /api/v1/quarantine/resolve {entries, number, reason}      rows of one capture, all or none: {sample, resolved}
// POST /api/v1/quarantine/reject {entries, reason}
// POST /api/v1/captures/{capture}/quarantine/reject {reason_code?, reason}     all that waits of it, or for one reason
// POST /api/v1/captures/{capture}/replay {profile?}        tries again what waits of it, or all when it was refused
// GET  /api/v1/instruments?after=&limit=      POST /api/v1/instruments/decision {instrument, device, confirm, reason}
// POST /api/v1/rejudgements     {number, reason}           after a record was returned
// GET  /api/v1/runs?open=&after=&limit=   GET /api/v1/runs/{capture}   GET /api/v1/control-charts
// POST /api/v1/runs/{capture}/decision {record, release, reason}       capture and record as the run shows them
// POST /api/v1/reviews          {samples:[{number, record}], agreed, note, password}
// POST /api/v1/approvals        {samples:[{number, record}], password}    the password signs, when the cookie says who
// GET  /api/v1/samples/{number}/report.pdf?version=
// POST /api/v1/amendments       {number, record, reason, password}        an approved report is wrong
// POST /api/v1/disposals        {number, copy, way: destroyed|handed_over|used_up, reason, witness}
//
// What is looked at gives people by account, and beside each field the name shown with it: analyst, analyst_name.
// Batches are one commit and answer {results:[{number, ok, code?, detail?}]} in order. Refusals are problem+json with
// the stable codes of lab-node/tables/refusal.hpp: 401 not_signed_in, 403 not_allowed, 404, 409 not_enrolled, 422, 503.

#include <functional>
#include <string>
#include <vector>

#include "instruments/label/worker.hpp"
#include "lab-node/desk/input.hpp"
#include "lab-node/desk/sample_index.hpp"
#include "protocol/http/router.hpp"
#include "protocol/journal/blobs.hpp"
#include "protocol/journal/room.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/service/access.hpp"
#include "protocol/service/live.hpp"
#include "protocol/service/scrubber.hpp"
#include "protocol/service/session_routes.hpp"

namespace lab::profiles {
class Library;
}

namespace lab::desk {

constexpr std::size_t batch_max = 500;       // entries of one post: a page of samples; one commit holds several of them
constexpr std::size_t page_max = 500;        // lines of one answer
constexpr std::size_t weighings_shown = 50;  // the last ones

/// What the loop knows of the link; a copy.
struct LinkStatus {
  bool configured = false;  // there is a coordinator to call
  bool linked = false;
  bool welcome = false;
  std::string refusal;
  Milliseconds clock_ahead{0};  // of the coordinator's, negative behind; zero when that is no matter
  journal::Room room = journal::Room::enough;
};

struct PortStatus {
  std::string name;
  std::string kind;  // astm, astm_serial, astm_connect, drop_folder, photo_folder, camera, balance
  std::string instrument;
  std::string technician;
  std::string trouble;  // the last one; empty when there was none
};

/// A request for a stable weight, for the loop to ask the balance.
struct WeighingRequest {
  std::string number;
  std::string instrument;
  model::PersonId person;
  http::Respond respond;
};

/// What the desk stands on. Everything outlives the server that runs its handlers; the functions are thread-safe.
struct Office {
  const journal::Store& store;
  std::function<const profiles::Library&()> profiles;  // how exports are read now; from any thread
  const journal::Blobs& blobs;
  service::Access& access;  // who asks
  service::Place place;     // where they sign in
  label::Worker& labels;
  Post post;
  std::function<LinkStatus()> link;
  std::function<std::vector<PortStatus>()> ports;
  /// How the reading through of the store stands.
  std::function<service::ScrubStatus()> scrub;
  /// Answers by itself, also when the balance is busy or not there.
  std::function<void(WeighingRequest)> weigh;
  /// Notes outside the store how many serials this node has given; false when that could not be made safe. On the
  /// loop's thread.
  std::function<bool(std::uint64_t given)> mark_serials;
  /// A picture taken now by a camera of this node, as its JPEG file; errors as they are answered. Blocks for seconds.
  std::function<Result<Bytes>(const std::string& camera)> shoot;
  /// The store is damaged: the process has to stop.
  std::function<void(const std::string& what)> damaged;
  std::string build;
  SampleIndex& index;   // all samples by the words on them
  service::Live& live;  // what pages that listen are told
  http::Handler pages;  // what no route of the interface answers: the files of the page
};

/// All routes. `office` must outlive the router.
http::Router routes(const Office& office);

}  // namespace lab::desk
