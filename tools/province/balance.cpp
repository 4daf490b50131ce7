#include "tools/province/balance.hpp"

#include <utility>

#include "instruments/sim/sics_balance.hpp"

namespace lab::province {

Result<std::unique_ptr<Balance>> Balance::start() {
  auto balance = sim::SicsBalance::open();
  if (!balance) return fail(std::move(balance));
  return std::unique_ptr<Balance>{new Balance{std::move(*balance)}};
}

Balance::Balance(std::unique_ptr<sim::SicsBalance> balance)
    : balance_(std::move(balance)), answering_([this](const std::stop_token& stop) { balance_->run(stop); }) {}

Balance::~Balance() = default;

std::string Balance::device() const { return balance_->path(); }

void Balance::put_on(const std::string& grams) { balance_->set_load(grams, true); }

}  // namespace lab::province
