package io.weir.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicPatternTest {
  private static final VectorSchema SCHEMA = new VectorSchema(4, Metric.DOT);

  @ParameterizedTest
  @CsvSource({
    "vec-.*, {topic}, vec-a, vec-a",
    "vec-(.*), {1}, vec-a, a",
    "'(eu|us)\\.vec\\.(.*)', {2}-{1}, eu.vec.films, films-eu",
    "vec-(.*), all.{1}.{topic}, vec-a, all.a.vec-a",
  })
  void theCollectionHasTheNameThatTheTemplateSays(
      String regex, String template, String topic, String collection) {
    assertEquals(
        Optional.of(CollectionFeed.of(collection, topic, RecordFormat.JSON)),
        pattern(regex, template, null).feed(topic));
  }

  @ParameterizedTest
  @CsvSource({
    "vec-.*, {topic}, vec-a, true",
    "vec-.*, {topic}, other-a, false",
    "vec-.*, all.{topic}, all.vec-a, true",
    "vec-.*, all.{topic}, vec-a, false",
    "vec-.*, {topic}.{topic}, vec-a.vec-a, true",
    "vec-.*, {topic}.{topic}, vec-a.vec-b, false",
    "vec-(.*), all.{1}.{topic}, all.a.vec-a, true",
    "vec-(.*), all.{1}.{topic}, all.b.vec-a, false",
    // The dead letters of vec-a, which are no source.
    "vec-.*, {topic}, vec-a-rejected, false",
    // Whatever the group would have to match.
    "vec-([a-z]), {1}, anything, true",
    "vec-(.*), all.{1}, one.a, false",
  })
  void aNameTellsWhetherATopicMayFeedIt(
      String regex, String template, String collection, boolean may) {
    assertEquals(may, pattern(regex, template, "{topic}-rejected").mayFeed(collection));
  }

  @Test
  void theWholeNameHasToMatch() {
    assertEquals(Optional.empty(), pattern("vec", "{topic}", null).feed("vec-a"));
  }

  @Test
  void aDeadLetterTopicIsNoSourceEvenWhereItsSourceIsGone() {
    TopicPattern pattern = pattern("vec-.*", "{topic}", "{topic}-rejected");

    assertEquals(
        Optional.of("vec-a-rejected"), pattern.feed("vec-a").orElseThrow().deadLetterTopic());
    assertEquals(Optional.empty(), pattern.feed("vec-a-rejected"));
    assertTrue(pattern.feed("vec-rejected").isPresent());
  }

  @ParameterizedTest
  @CsvSource({
    "'vec-(', {topic}, , vec-(",
    "vec-.*, films, , {topic}",
    "vec-.*, {1}, , group 1",
    "vec-.*, {topic}, rejected, {topic} once",
    "vec-.*, {topic}, {topic}, {topic} once",
    "vec-.*, {topic}, {topic}-{topic}, {topic} once",
  })
  void whatCannotWorkIsRefused(
      String regex, String template, @Nullable String deadLetters, String named) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> pattern(regex, template, deadLetters));

    assertTrue(String.valueOf(refused.getMessage()).contains(named), refused.getMessage());
  }

  @Test
  void whatAFeedNamesAndWhatWasFoundBeforeIsNotFound() {
    CollectionFeed explicit =
        CollectionFeed.of("films", "vec-films", RecordFormat.JSON)
            .withDeadLetterTopic(Optional.of("vec-trash"));
    TopicFinder finder =
        new TopicFinder(
            List.of(
                pattern("vec-.*", "{topic}", "{topic}-rejected"),
                pattern(".*-a", "{topic}", null)));

    List<String> found =
        finder
            .find(
                List.of("vec-films", "vec-trash", "vec-a", "other-a", "vec-a-rejected", "other"),
                List.of(explicit))
            .stream()
            .map(one -> one.feed().topic() + " " + one.feed().deadLetterTopic().isPresent())
            .toList();

    assertEquals(List.of("other-a false", "vec-a true"), found);
    assertEquals(List.of(), finder.find(List.of("vec-a", "other-a"), List.of(explicit)));
    assertEquals(Map.of(), finder.skipped());
  }

  private static TopicPattern pattern(
      String regex, String collection, @Nullable String deadLetters) {
    return new TopicPattern(
        regex,
        collection,
        SCHEMA,
        CollectionFeed.of("any", "any", RecordFormat.JSON),
        Optional.ofNullable(deadLetters));
  }
}
