package io.weir.api.qdrant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.api.testing.ApiFixture;
import io.weir.storage.Shard;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A collection as a client of Qdrant sees it. */
final class Points {
  private final ApiFixture api;
  private final String collection;

  Points(ApiFixture api, String collection) {
    this.api = api;
    this.collection = collection;
  }

  /** The result of what is posted to a path below the points. */
  JsonNode post(String path, String body) throws IOException, InterruptedException {
    return result(send(path, body));
  }

  HttpResponse<String> send(String path, String body) throws IOException, InterruptedException {
    return api.post("/collections/" + collection + "/points" + path, body);
  }

  /** The result of an answer. */
  static JsonNode result(HttpResponse<String> response) {
    JsonNode answer = ApiFixture.json(response);
    assertEquals("ok", answer.path("status").asString());
    return answer.path("result");
  }

  /** Why a request was refused. */
  static String error(int status, HttpResponse<String> response) {
    assertEquals(status, response.statusCode(), response::body);
    return JsonMapper.shared().readTree(response.body()).at("/status/error").asString();
  }

  /** The ids of some points, as they are written, with a space between. */
  static String ids(JsonNode points) {
    List<String> ids = new ArrayList<>();
    points.forEach(point -> ids.add(point.path("id").asString()));
    return String.join(" ", ids);
  }

  /** Deletes a row of partition 0. */
  void delete(String key) throws IOException {
    Shard shard = api.store.collection(collection).orElseThrow().shard(0);
    long offset = shard.appliedPosition().map(SourcePosition::nextOffset).orElse(0L);
    assertEquals(
        new AppendResult.Appended(),
        shard.append(
            new VectorRecord.Delete(
                offset,
                1_000 + offset,
                MemorySegment.ofArray(key.getBytes(StandardCharsets.UTF_8))),
            SourcePosition.UNKNOWN_EPOCH));
  }
}
