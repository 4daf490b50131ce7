#include "tests/bench/labels/step_table.hpp"

#include <fmt/format.h>
#include <optional>

#include "instruments/label/header.hpp"
#include "instruments/label/reader/picture.hpp"
#include "instruments/label/reader/steps.hpp"
#include "tests/bench/labels/engines.hpp"
#include "tests/bench/labels/in_child.hpp"
#include "tests/bench/labels/picture.hpp"

namespace lab::bench {
namespace {

using label::CorpusPicture;

struct StepScore {
  int reads = 0;
  int first = 0;  // no step before it reads the picture
  int alone = 0;  // no other step does
  int wrong = 0;  // texts that are not in the picture
  std::vector<double> milliseconds;
};

Answer looked(const label::Step& step, const Bytes& file) {
  Answer answer;
  const auto header = label::check_image(file);
  if (!header) return answer;
  auto picture = label::load_picture(file, *header);
  if (!picture) return answer;
  label::Scene scene{std::move(picture->grey), label::Deadline{}};
  const double start = milliseconds_used();
  try {
    for (const auto& sighting : step.look(scene)) answer.texts.push_back(sighting.text);
  } catch (const std::exception&) {
    // As in the reader: it has seen nothing.
  }
  answer.milliseconds = milliseconds_used() - start;
  return answer;
}

/// Which steps read the picture, by their places.
std::vector<std::size_t> readers_of(const CorpusPicture& picture, std::vector<StepScore>& scores) {
  constexpr unsigned seconds_max = 60;
  const Bytes file = label::bytes_of(label::corpus / picture.file);
  std::vector<std::size_t> readers;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const auto text = in_child([&] { return packed(looked(label::steps()[i], file)); }, seconds_max);
    if (!text) continue;
    const Answer answer = unpacked(*text);
    scores[i].milliseconds.push_back(answer.milliseconds);
    bool is_read = false;
    for (const auto& seen : answer.texts) {
      const auto plain = label::normal(seen);
      is_read = is_read || picture.expected.contains(plain);
      if (!picture.expected.contains(plain) && !picture.present.contains(plain)) ++scores[i].wrong;
    }
    if (is_read) readers.push_back(i);
  }
  return readers;
}

void print_rows(std::vector<StepScore>& scores) {
  fmt::print("{:22}{:>7}{:>7}{:>7}{:>7}{:>11}{:>11}\n", "step", "reads", "first", "only", "wrong", "median ms",
             "95 % ms");
  for (std::size_t i = 0; i < scores.size(); ++i) {
    auto& times = scores[i].milliseconds;
    if (times.empty()) continue;
    std::ranges::sort(times);
    fmt::print("{:22}{:>7}{:>7}{:>7}{:>7}{:>11.0f}{:>11.0f}\n", label::steps()[i].name, scores[i].reads,
               scores[i].first, scores[i].alone, scores[i].wrong, times[times.size() / 2],
               times[times.size() * 95 / 100]);
  }
}

}  // namespace

void print_step_table(const std::vector<CorpusPicture>& pictures, bool list) {
  std::vector<StepScore> scores(label::steps().size());
  for (const CorpusPicture& picture : pictures) {
    const auto readers = readers_of(picture, scores);
    for (const std::size_t reader : readers) ++scores[reader].reads;
    if (!readers.empty()) ++scores[readers.front()].first;
    if (readers.size() == 1) ++scores[readers.front()].alone;
    if (!list) continue;
    fmt::print("{}:", picture.file);
    for (const std::size_t reader : readers) fmt::print(" [{}]", label::steps()[reader].name);
    fmt::print("\n");
  }
  print_rows(scores);
}

}  // namespace lab::bench
