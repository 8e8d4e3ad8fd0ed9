package io.weir.deploy.config;

import io.weir.ingest.RecordFormat;
import io.weir.storage.StoreOptions;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** All keys of the configuration, their defaults and what they take. */
final class Settings {

  /** Prefix of what is handed to the Kafka clients as it is. */
  static final String KAFKA_PROPERTIES = "kafka.properties.";

  /** The list of collections. */
  static final String COLLECTIONS = "collections";

  private static final String TOPIC_NAMES = "a topic name: 1 to 249 of a-z A-Z 0-9 . _ -";
  private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");
  private static final Pattern BROKER =
      Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+\\]):(\\d{1,5})");

  static final Setting<String> BOOTSTRAP_SERVERS =
      Setting.required(
          "kafka.bootstrap-servers",
          "broker addresses, host:port[,host:port...]",
          Settings::bootstrapServers);

  static final Setting<Path> DATA =
      Setting.required("data", "the path of a folder, made where it is missing", Settings::path);

  static final Setting<String> HTTP_HOST =
      Setting.withDefault(
          "http.host",
          "127.0.0.1",
          "a host name or address; 0.0.0.0 for every interface",
          matching("[A-Za-z0-9._:%-]{1,255}"));

  static final Setting<Integer> HTTP_PORT =
      Setting.withDefault(
          "http.port", "8080", "0 to 65535; 0 for any free one", number(0, HttpConfig.MAX_PORT));

  static final Setting<Duration> CHECKPOINT_INTERVAL =
      Setting.withDefault(
          "checkpoint.interval",
          "5s",
          "0s to 1d, such as 500ms, 5s, 1m; 0s switches the schedule off",
          text -> DurationFormat.parse(text).filter(atMost(WeirConfig.MAX_CHECKPOINT_INTERVAL)));

  static final Setting<Long> HOT_BUFFER_BYTES =
      Setting.withDefault(
          "hot-buffer.bytes",
          "256MiB",
          "4MiB and more, such as 64MiB, 1GB or a number of bytes",
          bytes(StoreOptions.MIN_HOT_BUFFER_BYTES));

  static final Setting<Long> SEGMENT_BYTES =
      Setting.withDefault(
          "segment.bytes",
          "1GiB",
          "1MiB and more, such as 256MiB, 1GB or a number of bytes",
          bytes(WeirConfig.MIN_SEGMENT_BYTES));

  static final Setting<String> COLLECTION_NAME =
      Setting.required(
          "collections[].name",
          "1 to 100 of a-z A-Z 0-9 . _ -, the first a letter or digit",
          matching("[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}"));

  static final Setting<String> COLLECTION_TOPIC =
      Setting.optional("collections[].topic", "the name", TOPIC_NAMES, Settings::topic);

  static final Setting<Integer> COLLECTION_DIMENSION =
      Setting.required(
          "collections[].dimension", "1 to 65536", number(1, VectorSchema.MAX_DIMENSION));

  static final Setting<Metric> COLLECTION_METRIC =
      Setting.withDefault(
          "collections[].metric", "cosine", "cosine, dot or euclidean", oneOf(Metric.values()));

  static final Setting<RecordFormat> COLLECTION_FORMAT =
      Setting.withDefault(
          "collections[].format", "json", "json or float32", oneOf(RecordFormat.values()));

  static final Setting<String> COLLECTION_DEAD_LETTER_TOPIC =
      Setting.optional(
          "collections[].dead-letter-topic",
          "rejected records are counted and logged",
          TOPIC_NAMES + "; none that a collection reads",
          Settings::topic);

  /** Every key, in the order of the manual. */
  static final List<Setting<?>> ALL =
      List.of(
          BOOTSTRAP_SERVERS,
          DATA,
          HTTP_HOST,
          HTTP_PORT,
          CHECKPOINT_INTERVAL,
          HOT_BUFFER_BYTES,
          SEGMENT_BYTES,
          COLLECTION_NAME,
          COLLECTION_TOPIC,
          COLLECTION_DIMENSION,
          COLLECTION_METRIC,
          COLLECTION_FORMAT,
          COLLECTION_DEAD_LETTER_TOPIC);

  private Settings() {}

  private static Optional<String> bootstrapServers(String text) {
    List<String> brokers = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    return brokers.stream().allMatch(Settings::isBroker)
        ? Optional.of(String.join(",", brokers))
        : Optional.empty();
  }

  private static boolean isBroker(String text) {
    var matcher = BROKER.matcher(text);
    return matcher.matches()
        && number(1, HttpConfig.MAX_PORT).apply(text.substring(matcher.start(1))).isPresent();
  }

  private static Optional<Path> path(String text) {
    try {
      return text.isEmpty() || text.startsWith("~") ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException notAPath) {
      return Optional.empty();
    }
  }

  private static Optional<String> topic(String text) {
    return Optional.of(text).filter(TOPIC.asMatchPredicate());
  }

  private static Function<String, Optional<String>> matching(String regex) {
    Predicate<String> allowed = Pattern.compile(regex).asMatchPredicate();
    return text -> Optional.of(text).filter(allowed);
  }

  private static Function<String, Optional<Integer>> number(int min, int max) {
    return text -> {
      try {
        return Optional.of(Integer.valueOf(text)).filter(value -> value >= min && value <= max);
      } catch (NumberFormatException notANumber) {
        return Optional.empty();
      }
    };
  }

  private static Function<String, Optional<Long>> bytes(long min) {
    return text -> ByteCountFormat.parse(text).filter(value -> value >= min);
  }

  private static Predicate<Duration> atMost(Duration max) {
    return value -> value.compareTo(max) <= 0;
  }

  private static <E extends Enum<E>> Function<String, Optional<E>> oneOf(E[] values) {
    return text ->
        Arrays.stream(values)
            .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(text))
            .findFirst();
  }
}
