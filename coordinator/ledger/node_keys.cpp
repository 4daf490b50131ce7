#include "coordinator/ledger/node_keys.hpp"

#include <fmt/format.h>

#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::ledger {
namespace {

namespace tables = coordinator::tables;

constexpr std::size_t curve_key_length = 40;  // Z85 of 32 octets

bool is_possessed(const model::Event& event, const model::KeysReplaced& keys) {
  crypto::PublicKey key{};
  crypto::Signature signature{};
  return fill(key, keys.signing_key) && fill(signature, keys.possession) &&
         crypto::verify(wire::keys_to_sign(event.node, keys), signature, key);
}

}  // namespace

std::string replace_keys(journal::Draft& draft, const model::Event& event, const model::KeysReplaced& keys,
                         UtcTime now) {
  auto node = tables::node(draft, event.node);
  if (!node) return "没有这个节点";
  if (keys.signing_key == node->signing_key && keys.curve_key == node->curve_key) return {};
  if (keys.former != node->signing_key) return "所替换的不是当前的密钥";
  if (keys.curve_key.size() != curve_key_length || keys.signing_key == node->signing_key ||
      !is_possessed(event, keys)) {
    return "新密钥没有证明自己";
  }
  if (tables::node_by_key(draft, keys.curve_key)) return "新的通信密钥已属于某个节点";
  if (node->former.size() >= former_keys_max) return "更换密钥的次数过多；请重新入网";
  node->former.push_back({.curve_key = std::move(node->curve_key),
                          .signing_key = std::move(node->signing_key),
                          .until = now + keys_overlap,
                          .incarnation = event.incarnation,
                          .sequence = event.sequence});
  node->curve_key = keys.curve_key;
  node->signing_key = keys.signing_key;
  tables::put_node(draft, *node);
  pass("ledger.keys");
  tables::write_diary(draft, tables::DiaryKind::keys_replaced,
                      fmt::format("node {} key {} instead of {}, which is accepted until {}", node->id.value(),
                                  to_hex(node->signing_key), to_hex(keys.former), to_text(now + keys_overlap)),
                      now);
  return {};
}

}  // namespace lab::ledger
