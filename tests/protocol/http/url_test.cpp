#include "protocol/http/url.hpp"

#include <gtest/gtest.h>

namespace lab::http {
namespace {

TEST(Url, EncodesEveryOctetThatCouldMeanSomething) {
  EXPECT_EQ(url_encode("S-0042_a.b~"), "S-0042_a.b~");
  EXPECT_EQ(url_encode("a/b?c=d&e f%"), "a%2Fb%3Fc%3Dd%26e%20f%25");
  EXPECT_EQ(url_encode("川"), "%E5%B7%9D");
}

TEST(Url, DecodesWhatItEncoded) {
  const std::string text = "成都 / a+b & 100 % = \"x\"";
  EXPECT_EQ(url_decode(url_encode(text)).value(), text);
}

TEST(Url, RefusesCutEscapesControlsAndForeignOctets) {
  for (const char* bad : {"%", "%4", "%zz", "%+1", "a%00", "a%0a", "%FF", "%C0%AF"}) {
    EXPECT_FALSE(url_decode(bad)) << bad;
  }
}

TEST(Url, ReadsAQueryWithBlanksEmptyValuesAndNames) {
  const auto query = parse_query("city=5101&name=a+b%2Bc&empty=&flag&&").value();
  EXPECT_EQ(query,
            (std::map<std::string, std::string>{{"city", "5101"}, {"name", "a b+c"}, {"empty", ""}, {"flag", ""}}));
  EXPECT_TRUE(parse_query("").value().empty());
}

TEST(Url, KeepsLineEndsOfAFormButNoOtherControls) {
  EXPECT_EQ(parse_query("remark=a%0D%0Ab").value().at("remark"), "a\r\nb");
  EXPECT_FALSE(parse_query("remark=a%1Bb"));
}

TEST(Url, RefusesANameGivenTwice) {
  const auto query = parse_query("city=1&%63ity=2");
  ASSERT_FALSE(query);
  EXPECT_EQ(query.error().where, "city");
}

TEST(Url, SplitsATarget) {
  const auto target = parse_target("/api/%E6%A0%B7?x=/../").value();
  EXPECT_EQ(target.path, "/api/样");
  EXPECT_EQ(target.query.at("x"), "/../");
}

TEST(Url, RefusesPathsThatMeanAnotherPlace) {
  for (const char* bad : {"", "*", "a", "/..", "/a/../b", "/a/%2e%2e/b", "/./a", "/a%2Fb", "/a%5cb"}) {
    EXPECT_FALSE(parse_target(bad)) << bad;
  }
  EXPECT_TRUE(parse_target("/..a/b..")) << "two points inside a name are harmless";
}

TEST(Url, ReadsHostPortAndTarget) {
  const auto url = parse_url("http://localhost:8080/api?a=1#top").value();
  EXPECT_EQ(url.host, "localhost");
  EXPECT_EQ(url.port, 8080);
  EXPECT_EQ(url.target, "/api?a=1");
  EXPECT_EQ(parse_url("http://10.0.0.7").value().port, 80);
  EXPECT_EQ(parse_url("http://10.0.0.7?a").value().target, "/?a");
  EXPECT_FALSE(url.is_https);
  EXPECT_TRUE(parse_url("https://board.example/").value().is_https);
  EXPECT_EQ(parse_url("https://board.example/").value().port, 443);
}

TEST(Url, RefusesAddressesOfAnotherForm) {
  for (const char* bad : {"", "http://", "http://:80/", "http://h:/", "http://h:0/", "http://h:65536/", "http://u@h/",
                          "http://h/a b", "http://h\r\n/", "ftp://h/", "https://", "https:/h/"}) {
    EXPECT_FALSE(parse_url(bad)) << bad;
  }
}

}  // namespace
}  // namespace lab::http
