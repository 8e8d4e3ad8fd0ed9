package io.weir.ingest.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.ingest.decode.SchemaId;
import io.weir.ingest.decode.SchemaSource.Answer;
import io.weir.ingest.decode.WrittenSchema;
import io.weir.ingest.testing.FakeRegistryServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaRegistryTest {
  private static final SchemaId ID = new SchemaId.OfRegistry(7);
  private static final int WAIT_SECONDS = 30;

  private FakeRegistryServer server;
  private SchemaRegistry registry;

  @BeforeEach
  void start() throws IOException {
    server = FakeRegistryServer.start(0);
    registry = client(Optional.empty(), Optional.empty(), Optional.empty());
  }

  @AfterEach
  void stop() {
    registry.close();
    server.close();
  }

  @Test
  void aSchemaIsFetchedOnceAndKept() throws Exception {
    server.answer("/schemas/ids/7", 200, "{\"id\":7,\"schema\":\"\\\"int\\\"\"}");

    Answer.Unanswered first = assertInstanceOf(Answer.Unanswered.class, registry.find(ID));

    assertEquals("", first.error());
    assertEquals(new Answer.Known(new WrittenSchema("AVRO", "\"int\"", List.of())), answered(ID));
    assertEquals(
        new Answer.Known(new WrittenSchema("AVRO", "\"int\"", List.of())), registry.find(ID));
    assertEquals(List.of("/schemas/ids/7"), server.asked());
  }

  @Test
  void aGuidHasItsOwnPath() throws Exception {
    UUID guid = UUID.randomUUID();
    server.answer("/schemas/guids/" + guid, 200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"x\"}");

    assertEquals(
        new Answer.Known(new WrittenSchema("PROTOBUF", "x", List.of())),
        answered(new SchemaId.Guid(guid)));
  }

  @Test
  void whatASchemaRefersToStandsBehindWhatThatRefersTo() throws Exception {
    server.answer(
        "/schemas/ids/7",
        200,
        "{\"schema\":\"root\",\"references\":[{\"name\":\"a\",\"subject\":\"s/a\",\"version\":1},"
            + "{\"name\":\"b\",\"subject\":\"b\",\"version\":2}]}");
    server.answer(
        "/subjects/s%2Fa/versions/1",
        200,
        "{\"schema\":\"A\",\"references\":[{\"name\":\"b\",\"subject\":\"b\",\"version\":2}]}");
    server.answer("/subjects/b/versions/2", 200, "{\"schema\":\"B\",\"version\":2}");

    Answer.Known known = assertInstanceOf(Answer.Known.class, answered(ID));

    assertEquals(
        List.of(new WrittenSchema.Reference("b", "B"), new WrittenSchema.Reference("a", "A")),
        known.schema().references());
  }

  @Test
  void aCircleOfReferencesEnds() throws Exception {
    server.answer(
        "/schemas/ids/7",
        200,
        "{\"schema\":\"root\",\"references\":[{\"name\":\"a\",\"subject\":\"a\",\"version\":1}]}");
    server.answer(
        "/subjects/a/versions/1",
        200,
        "{\"schema\":\"A\",\"references\":[{\"name\":\"a\",\"subject\":\"a\",\"version\":1}]}");

    assertInstanceOf(Answer.Known.class, answered(ID));
  }

  @Test
  void anIdThatTheRegistryDoesNotKnowIsUnknown() throws Exception {
    assertEquals(
        new Answer.Unknown("the registry has no schema id 7: Schema not found"), answered(ID));

    server.answer(
        "/schemas/ids/8",
        200,
        "{\"schema\":\"x\",\"references\":[{\"name\":\"a\",\"subject\":\"a\",\"version\":1}]}");
    assertEquals(
        new Answer.Unknown(
            "schema id 8 refers to version 1 of subject a, which the registry does not have"),
        answered(new SchemaId.OfRegistry(8)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "500 | {\"error_code\":50001,\"message\":\"store\\nfailed\"} | status 500: store?failed",
        "401 | {\"error_code\":401,\"message\":\"Unauthorized\"} | status 401: Unauthorized",
        "404 | <html>not here</html> | status 404",
        "404 | {\"error_code\":404,\"message\":\"HTTP 404 Not Found\"} | status 404: HTTP 404",
        "200 | hello | status 200",
        "200 | {} | status 200",
      })
  void whatIsNoAnswerIsTriedAgain(int status, String body, String error) throws Exception {
    server.answer("/schemas/ids/7", status, body);
    await(registry.find(ID));

    Answer.Unanswered failed = assertInstanceOf(Answer.Unanswered.class, registry.find(ID));

    assertTrue(
        failed.error().startsWith(server.url() + "/schemas/ids/7: " + error), failed.error());
    server.answer("/schemas/ids/7", 200, "{\"schema\":\"x\"}");
    assertInstanceOf(Answer.Known.class, answered(ID));
  }

  @Test
  void aRegistryThatIsDownIsTriedAgainUntilItIsUp() throws Exception {
    int port = server.port();
    server.close();
    await(registry.find(ID));
    Answer.Unanswered failed = assertInstanceOf(Answer.Unanswered.class, registry.find(ID));
    assertTrue(failed.error().contains("ConnectException"), failed.error());
    await(failed);
    await(registry.find(ID));

    server = FakeRegistryServer.start(port);
    server.answer("/schemas/ids/7", 200, "{\"schema\":\"x\"}");

    assertInstanceOf(Answer.Known.class, answered(ID));
  }

  @Test
  void aRegistryThatSaysNothingKeepsNobodyFromAsking() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        SchemaRegistry slow =
            new SchemaRegistry(
                RegistrySettings.of(
                    "http://127.0.0.1:" + silent.getLocalPort(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()))) {
      Answer.Unanswered first = assertInstanceOf(Answer.Unanswered.class, slow.find(ID));
      Answer.Unanswered second = assertInstanceOf(Answer.Unanswered.class, slow.find(ID));

      assertEquals(first, second, "one request, however many ask");
      assertFalse(first.again().toCompletableFuture().isDone());
    }
  }

  @Test
  void itIsShownWhoWeAre() throws Exception {
    server.answer("/schemas/ids/7", 200, "{\"schema\":\"x\"}");

    var _ = answered(ID);
    assertNull(server.authorization());

    registry.close();
    registry = client(Optional.of("käthe"), Optional.of("p:w"), Optional.empty());
    var _ = answered(ID);
    assertEquals("Basic a8OkdGhlOnA6dw==", server.authorization());

    registry.close();
    registry = client(Optional.empty(), Optional.empty(), Optional.of("abc"));
    var _ = answered(ID);
    assertEquals("Bearer abc", server.authorization());
  }

  @Test
  void secretsAreNotPrinted() {
    assertFalse(settings("http://h", "user", "hush", null).toString().contains("hush"));
    assertFalse(settings("http://h", null, null, "hush").toString().contains("hush"));
  }

  @ParameterizedTest
  @CsvSource({
    "ftp://h, , , , 'schema registry at ftp://h;'",
    "h:8081, , , , 'schema registry at h:8081;'",
    "http://user:hush@h, , , , 'schema registry at (an address with a user);'",
    "http://h, user, , , 'schema registry: a user and a password go together'",
    "http://h, , pw, , 'schema registry: a user and a password go together'",
    "http://h, user, pw, token, 'schema registry: either a user with a password, or a token'",
    "http://h:x y, , , , 'schema registry: not an address'",
  })
  void settingsThatDoNotGoTogetherAreRefused(
      String url, String user, String password, String token, String message) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> settings(url, user, password, token));

    assertTrue(String.valueOf(refused.getMessage()).startsWith(message), refused.getMessage());
  }

  private static RegistrySettings settings(
      String url,
      @org.jspecify.annotations.Nullable String user,
      @org.jspecify.annotations.Nullable String password,
      @org.jspecify.annotations.Nullable String token) {
    return RegistrySettings.of(
        url, Optional.ofNullable(user), Optional.ofNullable(password), Optional.ofNullable(token));
  }

  private SchemaRegistry client(
      Optional<String> user, Optional<String> password, Optional<String> token) {
    return new SchemaRegistry(
        RegistrySettings.of(server.url() + "/", user, password, token), Duration.ofMillis(10));
  }

  private Answer answered(SchemaId id) throws Exception {
    Answer answer = registry.find(id);
    while (answer instanceof Answer.Unanswered) {
      await(answer);
      answer = registry.find(id);
    }
    return answer;
  }

  private static void await(Answer answer) throws Exception {
    if (answer instanceof Answer.Unanswered(var again, String _)) {
      var _ = again.toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
    }
  }
}
