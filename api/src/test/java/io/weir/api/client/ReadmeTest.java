package io.weir.api.client;

import static io.weir.api.client.Field.field;
import static io.weir.api.client.FieldValue.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import io.weir.api.testing.TreeFieldReader;
import io.weir.storage.field.FieldType;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The snippet of the README does what it says. */
@ExtendWith(NoLeaks.class)
class ReadmeTest {

  private static final Path README = Path.of("README.md");
  private static final Path HERE = Path.of("src/test/java/io/weir/api/client/ReadmeTest.java");

  @TempDir private Path directory;

  @Test
  void theSnippetRuns() throws Exception {
    List<String> said = new ArrayList<>();
    try (ApiFixture api = ApiFixture.start(directory)) {
      api.store.declare(
          "docs",
          new VectorSchema(3, io.weir.storage.record.Metric.COSINE),
          TreeFieldReader.declared(
              new io.weir.storage.field.Field("lang", FieldType.KEYWORD),
              new io.weir.storage.field.Field("year", FieldType.LONG)));
      api.put("b", "{\"lang\":\"en\",\"year\":2021}", 1, 0, 0);
      api.put("old", "{\"lang\":\"en\",\"year\":1999}", 1, 0, 0);
      api.put("c", "{\"lang\":\"de\",\"year\":2021}", 1, 0, 0);
      snippet(api.uri("").toString(), said::add);
    }
    assertEquals(List.of("b 1.0", "b", "old", "c"), said);
  }

  @SuppressWarnings("NullAway") // as short as it can be
  private static void snippet(String url, Consumer<String> log) {
    // README begins
    try (WeirClient weir =
        WeirClient.builder(url).apiKey("secret").deadline(Duration.ofSeconds(10)).build()) {
      CollectionClient docs = weir.collection("docs");
      Filter english =
          Filter.all(field("lang").match("en"), field("year").range(Range.of().gte(value(2020))));
      SearchAnswer near =
          docs.search(Search.vector(1, 0, 0).k(5).filter(english).minPosition(Position.after(0, 2)))
              .block();
      near.hits().forEach(hit -> log.accept(hit.row().key() + " " + hit.score()));

      docs.get("a").map(answer -> answer.row().payload()).subscribe(); // empty: there is no row
      docs.export(ExportRequest.frames())
          .limitRate(100)
          .doOnNext(row -> log.accept(row.key()))
          .blockLast();
    }
    // README ends
  }

  @Test
  void theReadmeHasTheSnippetThatRuns() throws IOException {
    String source = Files.readString(HERE);
    String snippet =
        source.substring(
            source.indexOf("// README begins") + "// README begins".length(),
            source.indexOf("// README ends"));
    String readme = Files.readString(README);
    assertTrue(spaceless(readme).contains(spaceless(snippet)), () -> snippet);
  }

  private static String spaceless(String text) {
    return text.replaceAll("\\s+", "");
  }
}
