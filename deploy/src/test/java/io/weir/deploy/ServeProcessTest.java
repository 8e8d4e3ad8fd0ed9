package io.weir.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.deploy.testing.Http;
import io.weir.deploy.testing.WeirProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process as its operator sees it: output, signals, exit codes. */
@Timeout(180)
class ServeProcessTest {

  @TempDir Path folder;

  @Test
  void sigtermStopsItInOrder() throws Exception {
    try (WeirProcess weir = WeirProcess.serve(config(), Map.of())) {
      assertEquals(200, weir.awaitServing().get("/livez").statusCode());

      assertEquals(143, weir.stop());

      String output = weir.output();
      assertTrue(output.contains(" rows in 0 collections recovered in "), output);
      assertTrue(output.contains(": 0 rows in 1 collections, 0 bytes on the disk"), output);
      assertFalse(output.contains("\tat "), output);
    }
  }

  @Test
  void aSecondProcessOnTheSameFolderRefuses() throws Exception {
    try (WeirProcess first = WeirProcess.serve(config(), Map.of())) {
      first.awaitServing();

      try (WeirProcess second = WeirProcess.serve(config(), Map.of())) {
        assertEquals(ExitCode.FAILED, second.awaitExit());
        assertTrue(
            second.output().contains(data() + " is in use by another Weir process"),
            second::output);
        assertFalse(second.output().contains("\tat "), second::output);
      }
      assertTrue(first.isAlive());
    }
  }

  @Test
  void afterAKillTheFolderIsFree() throws Exception {
    try (WeirProcess first = WeirProcess.serve(config(), Map.of())) {
      first.awaitServing();
      first.kill();
    }

    try (WeirProcess second = WeirProcess.serve(config(), Map.of())) {
      assertEquals(200, second.awaitServing().get("/livez").statusCode());
    }
  }

  @Test
  void wrongSettingsEndItWithTheirCode() throws Exception {
    try (WeirProcess weir = WeirProcess.serve(config(), Map.of("WEIR_HTTP_PORT", "x"))) {
      assertEquals(ExitCode.MISUSED, weir.awaitExit());
      assertTrue(weir.output().contains("http.port is \"x\" (WEIR_HTTP_PORT)"), weir::output);
    }
  }

  @Test
  void itDoesNotStartWhereOthersCanReachItUnprotected() throws Exception {
    try (WeirProcess weir = WeirProcess.serve(config(), Map.of("WEIR_HTTP_HOST", "0.0.0.0"))) {
      assertEquals(ExitCode.MISUSED, weir.awaitExit());
      assertTrue(weir.output().contains("others than this machine can reach that"), weir::output);
    }
    try (WeirProcess weir =
        WeirProcess.serve(
            config(), Map.of("WEIR_HTTP_HOST", "0.0.0.0", "WEIR_HTTP_ALLOW_INSECURE", "true"))) {
      assertEquals(200, weir.awaitServing().get("/livez").statusCode());
    }
  }

  @Test
  void withKeysWhoHasNoneIsNotAnswered() throws Exception {
    String key = "c".repeat(64);
    try (WeirProcess weir =
        WeirProcess.serve(
            config(), Map.of("WEIR_HTTP_KEYS_0__NAME", "a", "WEIR_HTTP_KEYS_0__SHA256", key))) {
      Http http = weir.awaitServing();
      assertEquals(200, http.get("/livez").statusCode());
      assertEquals(401, http.get("/v1/collections").statusCode());
      assertTrue(weir.output().contains("requests need keys"), weir::output);
      assertFalse(weir.output().contains(key), weir::output);
    }
  }

  @Test
  void aTakenPortEndsItWithAMessage() throws Exception {
    try (WeirProcess first = WeirProcess.serve(config(), Map.of())) {
      int port = first.awaitServing().port();

      try (WeirProcess second =
          WeirProcess.serve(
              config(),
              Map.of(
                  "WEIR_HTTP_PORT",
                  String.valueOf(port),
                  "WEIR_DATA",
                  folder.resolve("b").toString()))) {
        assertEquals(ExitCode.FAILED, second.awaitExit());
        assertTrue(second.output().contains("cannot listen on 127.0.0.1:" + port), second::output);
      }
    }
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Path config() throws IOException {
    return Files.writeString(
        folder.resolve("weir.yaml"),
        """
        kafka: { bootstrap-servers: "127.0.0.1:1" }
        data: %s
        http: { port: 0 }
        collections: [ { name: docs, dimension: 3 } ]
        """
            .replace("%s", data().toString()));
  }
}
