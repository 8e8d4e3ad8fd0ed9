package io.weir.api.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.FeedControl;
import io.weir.api.FeedControl.Outcome;
import io.weir.api.FeedControl.Way;
import io.weir.api.FeedStatus;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@ExtendWith(NoLeaks.class)
class ResumeRouteTest {
  private static final String SHARD = "/v1/collections/docs/shards/3/resume";

  @TempDir private Path directory;

  private final List<String> orders = new ArrayList<>();
  private Outcome outcome = new Outcome.Resumed("reads on at offset 7");

  private ApiFixture api() throws Exception {
    FeedControl control =
        (collection, partition, way) -> {
          orders.add(collection + "/" + partition + " " + way);
          return outcome;
        };
    return ApiFixture.start(directory, UnaryOperator.identity(), FeedStatus.none(), control);
  }

  @Test
  void theWayThatTheBodySaysIsHandedOn() throws Exception {
    try (ApiFixture api = api()) {
      JsonNode answer = ApiFixture.json(api.post(SHARD, ""));
      assertEquals(
          "{\"status\":\"resumed\",\"detail\":\"reads on at offset 7\"}", answer.toString());
      for (String body :
          List.of(
              "{}",
              "{\"acceptGap\":true}",
              "{\"acceptGap\":true,\"nextOffset\":7000000000}",
              "{\"acceptPartitions\":true}",
              "{\"rebuild\":true}")) {
        assertEquals(200, api.post(SHARD, body).statusCode(), body);
      }
      assertEquals(
          List.of(
              "docs/3 " + new Way.Retry(),
              "docs/3 " + new Way.Retry(),
              "docs/3 " + new Way.AcceptGap(OptionalLong.empty()),
              "docs/3 " + new Way.AcceptGap(OptionalLong.of(7_000_000_000L)),
              "docs/3 " + new Way.AcceptPartitions(),
              "docs/3 " + new Way.Rebuild()),
          orders);
    }
  }

  @Test
  void whatIsRefusedSaysWhy() throws Exception {
    try (ApiFixture api = api()) {
      outcome = new Outcome.Refused("the shard is running");
      JsonNode problem = ApiFixture.problem(api.post(SHARD, "{}"), 409, "cannot-resume");
      assertEquals("the shard is running", problem.path("detail").asString());
      outcome = new Outcome.Unknown();
      ApiFixture.problem(api.post(SHARD, "{}"), 404, "unknown-shard");
    }
  }

  @Test
  void aBodyThatContradictsItselfIsRefused() throws Exception {
    try (ApiFixture api = api()) {
      ApiFixture.problem(
          api.post(SHARD, "{\"acceptGap\":true,\"rebuild\":true}"), 400, "invalid-property");
      ApiFixture.problem(api.post(SHARD, "{\"nextOffset\":7}"), 400, "invalid-property");
      ApiFixture.problem(
          api.post(SHARD, "{\"acceptGap\":true,\"nextOffset\":-1}"), 400, "invalid-property");
      ApiFixture.problem(
          api.post(SHARD, "{\"acceptGap\":true,\"nextOffset\":1e30}"), 400, "invalid-property");
      ApiFixture.problem(api.post(SHARD, "{\"force\":true}"), 400, "unknown-property");
      ApiFixture.problem(
          api.post("/v1/collections/docs/shards/x/resume", ""), 400, "invalid-parameter");
      assertTrue(orders.isEmpty(), orders::toString);
    }
  }

  @Test
  void aStoreThatNobodyFeedsHasNothingToResume() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      ApiFixture.problem(api.post(SHARD, ""), 404, "unknown-shard");
    }
  }
}
