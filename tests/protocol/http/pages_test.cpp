#include "protocol/http/pages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>

#include "protocol/http/router.hpp"

namespace lab::http {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// "hello\n" and "let a;\n", packed by gzip -n.
constexpr unsigned char hello_octets[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xcb, 0x48, 0xcd,
                                          0xc9, 0xc9, 0xe7, 0x02, 0x00, 0x20, 0x30, 0x3a, 0x36, 0x06, 0x00, 0x00, 0x00};
const std::string_view hello{reinterpret_cast<const char*>(hello_octets), sizeof hello_octets};
const std::string_view broken = hello.substr(0, 14);

const std::array files{
    PackedFile{.path = "/index.html", .content_type = "text/html; charset=utf-8", .gzip = hello},
    PackedFile{.path = "/assets/app-1a2b.js", .content_type = "text/javascript; charset=utf-8", .gzip = hello},
    PackedFile{.path = "/broken.css", .content_type = "text/css", .gzip = broken}};

Response ask(const Handler& handler, const std::string& path, const Headers& headers = {},
             const std::string& method = "GET") {
  Response heard{.status = 0};
  handler({.method = method, .path = path, .headers = headers},
          [&](Response response) { heard = std::move(response); });
  return heard;
}

const Headers gzip{{"accept-encoding", "gzip, deflate, br"}};

TEST(Pages, AnAddressInsideThePageGetsTheIndexThatIsAskedForAgain) {
  for (const char* path : {"/", "/today", "/samples/SC13NCP00001X", "/review/"}) {
    const Response answer = ask(pages(files), path, gzip);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_EQ(answer.body, hello) << path;
    EXPECT_EQ(answer.content_type, "text/html; charset=utf-8");
    EXPECT_EQ(answer.headers.at("content-encoding"), "gzip");
    EXPECT_EQ(answer.headers.at("cache-control"), "no-cache");
    EXPECT_EQ(answer.headers.at("vary"), "Accept-Encoding");
  }
}

TEST(Pages, AssetsAreKeptForGood) {
  const Response answer = ask(pages(files), "/assets/app-1a2b.js", gzip);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(answer.headers.at("cache-control"), "public, max-age=31536000, immutable");
}

TEST(Pages, WhoDoesNotTakeGzipGetsThePlainOctets) {
  const Response answer = ask(pages(files), "/index.html");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "hello\n");
  EXPECT_FALSE(answer.headers.contains("content-encoding"));
}

TEST(Pages, APackedFileThatCannotBeUnpackedIsAnError) {
  EXPECT_EQ(ask(pages(files), "/broken.css").status, 500);
  EXPECT_EQ(ask(pages(files), "/broken.css", gzip).status, 200);
}

TEST(Pages, AnUnchangedFileIsNotSentAgain) {
  const Response first = ask(pages(files), "/index.html", gzip);
  auto headers = gzip;
  headers["if-none-match"] = first.headers.at("etag");
  const Response again = ask(pages(files), "/index.html", headers);
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  headers["if-none-match"] = "\"other\"";
  EXPECT_EQ(ask(pages(files), "/index.html", headers).status, 200);
}

TEST(Pages, AreNoInterfaceAndTakeNothing) {
  for (const char* path : {"/api", "/api/v1/nothing", "/assets/none.js", "/favicon.ico", "/index.htm"}) {
    const Response answer = ask(pages(files), path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(nlohmann::json::parse(answer.body).at("code"), "no_such_address");
  }
  const Response posted = ask(pages(files), "/today", {}, "POST");
  EXPECT_EQ(posted.status, 405);
  EXPECT_EQ(posted.headers.at("allow"), "GET, HEAD");
  EXPECT_EQ(ask(pages(files), "/api/v1/x", {}, "POST").status, 404);
}

TEST(Pages, WithNothingPackedEveryPageSaysSo) {
  const Response answer = ask(pages({}), "/today");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(answer.body, HasSubstr("QLIMS_WEB=OFF"));
  EXPECT_EQ(ask(pages({}), "/assets/a.js").status, 404);
  EXPECT_EQ(ask(pages({}), "/api/v1/x").status, 404);
}

TEST(Pages, StandBehindTheRoutes) {
  Router router;
  router.add("GET", "/api/v1/status", [](const Request&, const Respond& respond) { respond({.body = "{}"}); });
  router.otherwise(pages(files));
  EXPECT_EQ(ask(router, "/api/v1/status").body, "{}");
  EXPECT_EQ(ask(router, "/api/v1/status", {}, "POST").status, 405);
  EXPECT_EQ(ask(router, "/today").body, "hello\n");
}

TEST(Pages, GzipIsTakenAsTheFieldSays) {
  for (const char* yes :
       {"gzip", "br, gzip;q=0.1", "gzip ; q=1.000", "*", "deflate,*;q=0.5", "x-gzip", "\tgzip\t", ",,gzip"}) {
    EXPECT_TRUE(takes_gzip(yes)) << yes;
  }
  for (const char* no : {"", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0,*", "gzip;q=2",
                         "gzip;q=", "gzip;q=0.1234", "gzip;level=9", "gzipped", "identity", "gzip;q=0.x", ";q=1"}) {
    EXPECT_FALSE(takes_gzip(no)) << no;
  }
}

class PagesOfAFolder : public testing::Test {
 protected:
  PagesOfAFolder() {
    fs::create_directories(folder_ / "site/assets");
    write("site/index.html", "<p>index");
    write("site/assets/a.js", "let a;");
    write("secret.txt", "secret");
    fs::create_symlink(folder_ / "secret.txt", folder_ / "site/link.txt");
  }
  ~PagesOfAFolder() override { fs::remove_all(folder_); }
  void write(const char* name, const char* text) const { std::ofstream(folder_ / name) << text; }

  fs::path folder_ = fs::temp_directory_path() / ("qlims-pages-" + std::to_string(::getpid()));
};

TEST_F(PagesOfAFolder, AreReadAnewEachTime) {
  const Handler handler = pages_from(folder_ / "site");
  EXPECT_EQ(ask(handler, "/today").body, "<p>index");
  const Response script = ask(handler, "/assets/a.js");
  EXPECT_EQ(script.body, "let a;");
  EXPECT_EQ(script.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(script.headers.at("cache-control"), "no-cache");
  write("site/assets/a.js", "let b;");
  EXPECT_EQ(ask(handler, "/assets/a.js").body, "let b;");
}

TEST_F(PagesOfAFolder, EndAtTheFolder) {
  const Handler handler = pages_from(folder_ / "site");
  EXPECT_EQ(ask(handler, "/link.txt").status, 404) << "a link leads outside";
  EXPECT_EQ(ask(handler, "/../secret.txt").status, 404);
  EXPECT_EQ(ask(handler, "//etc/hostname.x").status, 404);
  EXPECT_EQ(ask(handler, "/none.js").status, 404);
  EXPECT_EQ(ask(handler, "/api/v1/x").status, 404);
  EXPECT_EQ(ask(pages_from(folder_ / "nowhere"), "/").status, 404);
}

}  // namespace
}  // namespace lab::http
