package io.weir.deploy.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.access.ApiKeys;
import io.weir.api.access.KeyHash;
import io.weir.api.access.KeysFile;
import io.weir.api.access.SecuritySettings;
import io.weir.deploy.config.ConfigReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class KeyCommandTest {

  private static final String REST =
      """
      kafka: { bootstrap-servers: "broker1:9092" }
      data: /var/lib/weir
      collections: [{ name: docs, dimension: 3 }]
      """;

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new KeyCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void whatItPrintsAreSettings() throws Exception {
    assertEquals(0, run("--name", "ops", "--role", "admin", "--expires", "2027-01-31"));

    List<String> lines = out.toString().lines().toList();
    String key = lines.getFirst();
    assertTrue(key.matches("weir_[A-Za-z0-9_-]{43}"), key);
    String yaml =
        String.join("\n", lines.subList(lines.indexOf("http:"), lines.indexOf("http:") + 6));
    Path file = Files.writeString(folder.resolve("weir.yaml"), REST + yaml);
    SecuritySettings read = ConfigReader.read(Optional.of(file), Map.of()).http().security();
    assertEquals(KeyHash.of(key), read.keys().getFirst().hash());
    assertEquals("ops", read.keys().getFirst().name());
    assertEquals(
        Optional.of(Instant.parse("2027-01-31T00:00:00Z")), read.keys().getFirst().expires());

    assertEquals(KeysFile.line(read.keys().getFirst()), lines.getLast());
    ApiKeys ofFile =
        KeysFile.read(lines.getLast().getBytes(StandardCharsets.UTF_8), new ApiKeys(List.of()));
    assertEquals(1, ofFile.size());
  }

  @Test
  void everyKeyIsAnotherOne() {
    run("--name", "a");
    String first = out.toString().lines().findFirst().orElseThrow();
    out.getBuffer().setLength(0);
    run("--name", "a");
    assertNotEquals(first, out.toString().lines().findFirst().orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--role read",
        "--name a/b",
        "--name a --role write",
        "--name a --expires tomorrow"
      })
  void whatIsNotAllowedIsSaid(String line) {
    assertEquals(2, run(line.split(" ")));
    assertEquals("", out.toString());
    assertTrue(err.toString().contains("--"), err::toString);
  }
}
