package io.weir.deploy.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.deploy.audit.Audit;
import io.weir.deploy.audit.AuditDisplay;
import io.weir.deploy.audit.AuditReport;
import io.weir.deploy.audit.AuditRequest;
import io.weir.deploy.config.KafkaConfig;
import io.weir.deploy.testing.Http;
import io.weir.ingest.CollectionFeed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Weir as it shows itself over HTTP, and held against its topics. */
final class Served {
  /** A busy machine may have much to read still. */
  private static final Duration CATCH_UP = Duration.ofMinutes(3);

  private final Http http;

  Served(Http http) {
    this.http = http;
  }

  Http http() {
    return http;
  }

  /** Where it answers. */
  String url() {
    return "http://127.0.0.1:" + http.port();
  }

  /** What a path answers, whatever the status. */
  JsonNode get(String path) {
    try {
      return JsonMapper.shared().readTree(http.get(path).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** The status and the body of {@code /readyz}. */
  String readiness() throws IOException, InterruptedException {
    var answer = http.get("/readyz");
    return answer.statusCode() + " " + answer.body();
  }

  boolean isReady() {
    try {
      return http.get("/readyz").statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** The shards of a collection by partition, as {@code /v1/stats} shows them. */
  Map<Integer, JsonNode> shards(String collection) {
    Map<Integer, JsonNode> shards = new HashMap<>();
    for (JsonNode one : get("/v1/stats").path("collections")) {
      if (one.path("name").asString("").equals(collection)) {
        one.path("shards").forEach(shard -> shards.put(shard.path("partition").asInt(), shard));
      }
    }
    return shards;
  }

  /** One of them; missing while nobody knows of it. */
  JsonNode shard(String collection, int partition) {
    return Optional.ofNullable(shards(collection).get(partition))
        .orElse(JsonMapper.shared().missingNode());
  }

  /** How a partition is being read. */
  JsonNode feed(String collection, int partition) {
    return shard(collection, partition).path("feed");
  }

  /** The name of the state in which a partition is being read; empty while nobody knows. */
  String state(String collection, int partition) {
    return feed(collection, partition).path("state").asString("");
  }

  /** The offsets that a collection's shards would read next, by what has been applied. */
  Map<Integer, Long> applied(String collection) {
    return positions(collection, "applied");
  }

  /** The same, by what is on the disk. */
  Map<Integer, Long> durable(String collection) {
    return positions(collection, "durable");
  }

  private Map<Integer, Long> positions(String collection, String which) {
    Map<Integer, Long> positions = new HashMap<>();
    shards(collection)
        .forEach((partition, shard) -> {
          JsonNode next = shard.path(which).path("nextOffset");
          if (next.isNumber()) {
            positions.put(partition, next.asLong());
          }
        });
    return positions;
  }

  /** Returns when everything that has been applied is on the disk. */
  void checkpoint() throws IOException, InterruptedException {
    assertEquals(200, http.post("/v1/checkpoints", "").statusCode());
  }

  /** Audits a collection, with its dead letters if it has a topic for them. */
  AuditReport audit(CollectionFeed feed, String bootstrapServers) throws Exception {
    AuditRequest request =
        AuditRequest.of(feed, new KafkaConfig(bootstrapServers, Map.of()), URI.create(url()))
            .withCatchUp(CATCH_UP);
    return Audit.run(
        feed.deadLetterTopic().isPresent() ? request.withDeadLetters() : request,
        AuditDisplay.NONE);
  }
}
