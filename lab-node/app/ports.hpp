#pragma once
// The instruments of this bench: their bytes become inputs of the loop, and get their answer once they are durable.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "instruments/port/capture.hpp"
#include "instruments/port/line_spec.hpp"
#include "lab-node/app/port_board.hpp"
#include "lab-node/desk/desk.hpp"

namespace lab::node::app {

class ProfilesInUse;

/// From the command line: where it is, which instrument, and who answers for its results.
struct PortOption {
  std::string where;       // ADDR:PORT, a folder, or a device with options, as of port::parse_line_spec or _folder_spec
  std::string instrument;  // id in the records
  std::string technician;  // a person with the role technician
  std::string name{};      // how the status calls the port; Ports fills it in, and what follows
  std::string profile{};   // how its bytes are read; empty: found by their content
  bool is_folder = false;
};

struct PortOptions {
  std::vector<PortOption> astm;          // they call us
  std::vector<PortOption> astm_serial;   // on a serial line
  std::vector<PortOption> astm_connect;  // we call them
  std::vector<PortOption> hl7;
  std::vector<PortOption> drop_folders;
  std::vector<PortOption> balances;
};

/// "WHERE=INSTRUMENT:TECHNICIAN"; malformed when it is not of this form.
Result<PortOption> parse_port(std::string_view text);

class Ports {
 public:
  /// What a port needs of the program around it.
  struct Surroundings {
    boost::asio::io_context& io;
    const journal::Store& store;
    const journal::Blobs& blobs;
    const service::People& people;
    const ProfilesInUse& profiles;
    desk::Post post;
  };

  /// Opens every port, or says which one cannot be opened and why.
  static Result<std::unique_ptr<Ports>> open(Surroundings surroundings, const PortOptions& options);
  /// On the loop's thread, or after it has ended.
  ~Ports();
  Ports(const Ports&) = delete;
  Ports& operator=(const Ports&) = delete;

  /// From any thread.
  [[nodiscard]] std::vector<desk::PortStatus> status() const { return board_.all(); }
  /// From any thread: asks the balance for a stable weight and answers when it is recorded, or cannot be. There is no
  /// queue to fill: of several requests for one balance all but the first are answered at once.
  void weigh(desk::WeighingRequest request);
  /// Something is the matter with the profiles: those who look at a folder's port must know.
  void trouble_of_folders(const std::string& what);

 private:
  struct Open;
  struct Balance;
  explicit Ports(Surroundings surroundings);
  Result<void> open_astm(const PortOption& option);
  Result<void> open_astm_serial(const PortOption& option);
  Result<void> open_astm_connect(const PortOption& option);
  Result<void> open_astm_line(const char* kind, const PortOption& option, const port::LineSpec& spec,
                              port::LineEnd end);
  Result<void> open_hl7(const PortOption& option);
  Result<void> open_folder(const PortOption& option);
  Result<void> open_balance(const PortOption& option);
  Result<PortOption> add_status(const char* kind, const PortOption& option);
  void take(const PortOption& option, port::Capture capture, port::Done done);
  model::Decoding decoded(const PortOption& option, port::Capture& capture) const;
  [[nodiscard]] bool is_taken(const Hash& content) const;
  void take_decoded(const PortOption& option, port::Capture capture, model::Decoding decoding, const port::Done& done);
  void take_large(const PortOption& option, port::Capture capture, port::Done done);
  void take_weight(const PortOption& option, const port::Capture& capture, const desk::WeighingRequest& request);
  void ask_balance(const desk::WeighingRequest& request);
  void not_stored(const std::string& port, const std::string& what);

  Surroundings around_;
  PortBoard board_;
  std::map<std::string, std::unique_ptr<Balance>> balances_;  // by port name; loop's thread
  std::unique_ptr<Open> open_;                                // ends first: its callbacks use the rest
};

}  // namespace lab::node::app
