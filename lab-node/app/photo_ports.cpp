#include "lab-node/app/photo_ports.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <map>

#include "instruments/port/camera.hpp"
#include "instruments/port/drop_folder.hpp"
#include "instruments/port/v4l2_source.hpp"
#include "lab-node/desk/label_photo.hpp"
#include "lab-node/desk/permissions.hpp"
#include "protocol/base/log.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/session/stream.hpp"

namespace lab::node::app {

struct PhotoPorts::Open {
  std::map<std::string, std::unique_ptr<port::Camera>> cameras;  // by name; set up before the node takes requests
  std::vector<std::unique_ptr<port::DropFolder>> folders;
  // Reading takes up to seconds, and must not keep the loop; one at a time leaves a label worker to the people.
  boost::asio::thread_pool reader{1};
};

PhotoPorts::PhotoPorts(Surroundings surroundings) : around_(std::move(surroundings)), open_(std::make_unique<Open>()) {}

PhotoPorts::~PhotoPorts() {
  open_->folders.clear();
  open_->reader.join();
}

Result<std::unique_ptr<PhotoPorts>> PhotoPorts::open(Surroundings surroundings,
                                                     const std::vector<PortOption>& folders) {
  std::unique_ptr<PhotoPorts> ports{new PhotoPorts(std::move(surroundings))};
  for (const PortOption& folder : folders) {
    if (auto opened = ports->open_folder(folder); !opened) return fail(std::move(opened));
  }
  return ports;
}

Result<void> PhotoPorts::open_folder(PortOption option) {
  const auto person = around_.people.by_id(option.technician);
  if (!person || !desk::may(*person, desk::Action::receive)) {
    return fail(ErrorCode::not_found, "there is no such person who may receive samples; add one with --add-person",
                fmt::format("{} ({})", option.technician, option.instrument));
  }
  option.name = "photo_folder " + option.where;
  auto folder = port::DropFolder::open(
      around_.io, {.port_name = option.name, .instrument = option.instrument, .folder = option.where},
      [this, option](port::Capture capture, port::Done done) { take(option, std::move(capture), std::move(done)); },
      [this](const std::string& port, const std::string& what) { board_.trouble(port, what); });
  if (!folder) return fail(std::move(folder));
  open_->folders.push_back(std::move(*folder));
  board_.add(
      {.name = option.name, .kind = "photo_folder", .instrument = option.instrument, .technician = option.technician});
  return {};
}

void PhotoPorts::take(const PortOption& option, port::Capture capture, port::Done done) {
  const auto view = around_.store.read();
  // After a restart every file in the folder comes again.
  if (reception::is_known(*view, crypto::sha256(capture.raw))) return done(true);
  if (!session::identity(*view)) {
    board_.not_taken(option.name, "本站尚未入网，照片留在文件夹中，入网后自动读取");
    return done(false);
  }
  boost::asio::post(open_->reader, [this, option, capture = std::move(capture), done = std::move(done)] {
    read(option, capture, done);
  });
}

// On the reader's thread.
void PhotoPorts::read(const PortOption& option, const port::Capture& capture, const port::Done& done) {
  reception::Label label = desk::label_from(around_.labels.read(capture.raw));
  label.device = tidy(option.instrument);
  const auto kept = desk::keep_photo(around_.blobs, around_.labels, capture.raw, label);
  boost::asio::post(
      around_.io, [this, option, from = capture.port, label, done, why = kept ? std::string{} : to_text(kept.error())] {
        if (why.empty()) return decide(option, from, label, done);
        board_.not_taken(option.name, fmt::format("{}：未能保存，请检查磁盘空间；稍后自动重试：{}", from, why));
        done(false);
      });
}

void PhotoPorts::decide(const PortOption& option, const std::string& from, const reception::Label& label,
                        const port::Done& done) {
  const bool taken =
      around_.post([this, name = option.name, from, label, done, person = model::PersonId{option.technician}](
                       Node& node, journal::Draft& draft, UtcTime now) -> desk::After {
        const reception::PhotoOutcome outcome = node.on_photo(draft, label, from, person, now);
        return [this, name, from, done, waits = outcome.entry.has_value()](bool stored) {
          done(stored);
          if (!stored) return board_.not_taken(name, from + "：未能保存，请检查磁盘空间；稍后自动重试");
          board_.taken(name);
          if (waits) log::info("{}: {} waits in the tray of photos", name, from);
        };
      });
  if (!taken) done(false);
}

CameraOption parse_camera(const std::string& text) {
  const auto equals = text.rfind('=');
  if (equals != std::string::npos) return {.device = text.substr(0, equals), .name = text.substr(equals + 1)};
  const auto slash = text.rfind('/');
  return {.device = text, .name = slash == std::string::npos ? text : text.substr(slash + 1)};
}

PhotoPorts::MakeSource PhotoPorts::video_devices() {
  return [](const std::string& device) { return port::v4l2_source(device); };
}

void PhotoPorts::add_camera(const CameraOption& option, const MakeSource& make_source) {
  open_->cameras[option.name] = std::make_unique<port::Camera>(make_source(option.device), port::Camera::Options{});
  board_.add({.name = option.name, .kind = "camera", .instrument = option.device, .technician = {}});
}

Result<Bytes> PhotoPorts::shoot(const std::string& camera) const {
  const auto found = open_->cameras.find(camera);
  if (found == open_->cameras.end()) return fail(ErrorCode::not_found, "本站没有这台相机", camera);
  auto frame = found->second->shot(shot_patience);
  if (!frame) return tl::unexpected(std::move(frame).error());
  return std::move(frame->jpeg);
}

std::vector<desk::PortStatus> PhotoPorts::status() const {
  std::vector<desk::PortStatus> all = board_.all();
  for (desk::PortStatus& one : all) {
    const auto camera = open_->cameras.find(one.name);
    if (one.kind == "camera" && camera != open_->cameras.end()) one.trouble = camera->second->trouble();
  }
  return all;
}

}  // namespace lab::node::app
