package io.weir.deploy.config;

import io.weir.api.access.ApiKey;
import io.weir.api.access.KeyHash;
import io.weir.api.access.KeysFile;
import io.weir.api.access.Role;
import io.weir.ingest.Assignment;
import io.weir.ingest.CollectionFeed;
import io.weir.ingest.OnReject;
import io.weir.ingest.RecordFormat;
import io.weir.ingest.decode.KeyFormat;
import io.weir.ingest.registry.RegistrySettings;
import io.weir.storage.StoreOptions;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  /** Stands for a topic's name where topics are found by a pattern. */
  static final String TOPIC_PLACE = "{topic}";

  private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");
  private static final Pattern BROKER =
      Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+\\]):(\\d{1,5})");

  static final Setting<String> BOOTSTRAP_SERVERS =
      Setting.required(
          "kafka.bootstrap-servers",
          "broker addresses, host:port[,host:port...]",
          Settings::bootstrapServers);

  static final Setting<String> OFFSETS_GROUP_ID =
      Setting.optional(
          "kafka.offsets-group-id",
          "no offsets are committed",
          "a consumer group's id: 1 to 249 of a-z A-Z 0-9 . _ -",
          Settings::topic);

  static final Setting<AssignmentReader.Mode> ASSIGNMENT_MODE =
      Setting.withDefault(
          "assignment.mode", "all", "all, list or group", oneOf(AssignmentReader.Mode.values()));

  static final Setting<String> ASSIGNMENT_GROUP_ID =
      Setting.optional(
          "assignment.group-id",
          "needed with mode group",
          "a consumer group's id: 1 to 249 of a-z A-Z 0-9 . _ -",
          Settings::topic);

  static final Setting<Assignment.Protocol> ASSIGNMENT_PROTOCOL =
      Setting.withDefault(
          "assignment.protocol",
          "consumer",
          "consumer or classic",
          oneOf(Assignment.Protocol.values()));

  static final Setting<String> ASSIGNMENT_INSTANCE_ID =
      Setting.optional(
          "assignment.instance-id",
          "a member that stops gives its partitions up at once",
          "a name of this member's own: 1 to 249 of a-z A-Z 0-9 . _ -",
          Settings::topic);

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

  static final Setting<Integer> HTTP_MAX_CONNECTIONS =
      Setting.withDefault(
          "http.max-connections",
          "1000",
          "1 to 1000000: connections at a time; further ones are closed at once",
          number(1, HttpConfig.MAX_CONNECTIONS));

  static final Setting<Integer> HTTP_MAX_CONNECTIONS_PER_ADDRESS =
      Setting.optional(
          "http.max-connections-per-address",
          "three quarters of http.max-connections and watch.watchers together",
          "0 to 1000000: connections of one address at a time, watchers too; further ones are closed"
              + " at once; 0 for any number",
          number(0, HttpConfig.MAX_CONNECTIONS));

  static final Setting<Boolean> HTTP_ALLOW_INSECURE =
      Setting.withDefault(
          "http.allow-insecure",
          "false",
          "true or false: whether others may reach Weir without encryption or keys",
          Settings::flag);

  static final Setting<Path> HTTP_TLS_CERTIFICATE =
      Setting.optional(
          "http.tls.certificate",
          "no encryption",
          "the path of a PEM file: the certificate and those above it; read again when it changes",
          Settings::path);

  static final Setting<Path> HTTP_TLS_KEY =
      Setting.optional(
          "http.tls.key",
          "no encryption",
          "the path of a PEM file: the certificate's private key, PKCS #8, not encrypted",
          Settings::path);

  static final Setting<Path> HTTP_TLS_CLIENT_AUTHORITIES =
      Setting.optional(
          "http.tls.client-authorities",
          "clients need no certificates",
          "the path of a PEM file: only clients with a certificate of one of these are answered",
          Settings::path);

  /** The list of keys. */
  static final String HTTP_KEYS = "http.keys";

  static final Setting<String> HTTP_KEY_NAME =
      Setting.required(
          "http.keys[].name",
          "what logs call the key: 1 to 64 of a-z A-Z 0-9 . _ -",
          text -> Optional.of(text).filter(ApiKey.NAME.asMatchPredicate()));

  static final Setting<KeyHash> HTTP_KEY_SHA256 =
      Setting.required(
          "http.keys[].sha256", "64 hexadecimal digits, as deploy/weir key prints", Settings::hash);

  static final Setting<Role> HTTP_KEY_ROLE =
      Setting.withDefault("http.keys[].role", "read", "read or admin", oneOf(Role.values()));

  static final Setting<Instant> HTTP_KEY_EXPIRES =
      Setting.optional(
          "http.keys[].expires",
          "never",
          "a date or a time, such as 2027-01-31 or 2027-01-31T12:00:00Z",
          KeysFile::time);

  static final Setting<Path> HTTP_KEYS_FILE =
      Setting.optional(
          "http.keys-file",
          "the keys of http.keys, or everybody may ask",
          "the path of a file with a key a line: NAME ROLE SHA256 [EXPIRES]; read again when it"
              + " changes",
          Settings::path);

  static final Setting<Integer> HTTP_KEY_RATE =
      Setting.withDefault(
          "http.key-rate",
          "0",
          "0 to 1000000: requests a second with each key; further ones are refused; 0 for any"
              + " number",
          number(0, 1_000_000));

  static final Setting<Boolean> HTTP_OPEN_METRICS =
      Setting.withDefault(
          "http.open-metrics",
          "false",
          "true or false: whether /metrics needs no key",
          Settings::flag);

  static final Setting<Integer> WATCH_WATCHERS =
      Setting.withDefault(
          "watch.watchers",
          "1000",
          "1 to 1000000 clients that watch at a time",
          number(1, WatchConfig.MAX_WATCHERS));

  static final Setting<Integer> WATCH_MAX_LAG =
      Setting.withDefault(
          "watch.max-lag",
          "100000",
          "1 and more: records that a client may fall behind by before it is disconnected",
          number(1, Integer.MAX_VALUE));

  static final Setting<Duration> WATCH_RESUME =
      Setting.withDefault(
          "watch.resume",
          "1m",
          "1s to 1d: how long a client can be away and go on where it was",
          text ->
              DurationFormat.parse(text)
                  .filter(atMost(WatchConfig.MAX_RESUME))
                  .filter(value -> value.compareTo(Duration.ofSeconds(1)) >= 0));

  static final Setting<Boolean> QDRANT_ENABLED =
      Setting.withDefault(
          "qdrant.enabled",
          "true",
          "true or false: whether clients of Qdrant can read",
          Settings::flag);

  static final Setting<QdrantConfig.IdMode> QDRANT_ID_MODE =
      Setting.withDefault(
          "qdrant.id-mode",
          "string",
          "string, uint64 or uuid5: what keys are as ids of points",
          oneOf(QdrantConfig.IdMode.values()));

  static final Setting<Duration> CHECKPOINT_INTERVAL =
      Setting.withDefault(
          "checkpoint.interval",
          "5s",
          "0s to 1d, such as 500ms, 5s, 1m; 0s switches the schedule off",
          text -> DurationFormat.parse(text).filter(atMost(WeirConfig.MAX_CHECKPOINT_INTERVAL)));

  /** {@link CheckpointReader} says what is wrong with one. */
  static final Setting<String> CHECKPOINT_CRON =
      Setting.optional(
          "checkpoint.cron",
          "the interval holds",
          "minute, hour, day, month, day of week as in a crontab, such as 30 2 * * 1-5; without an"
              + " interval",
          Optional::of);

  static final Setting<ZoneId> CHECKPOINT_ZONE =
      Setting.withDefault(
          "checkpoint.zone",
          "UTC",
          "the time zone of checkpoint.cron, such as Europe/Berlin",
          Settings::zone);

  static final Setting<Duration> CHECKPOINT_JITTER =
      Setting.withDefault(
          "checkpoint.jitter",
          "0s",
          "0s to 1d, such as 500ms, 30s: spreads the shards of a scheduled checkpoint over so long",
          text -> DurationFormat.parse(text).filter(atMost(StoreOptions.MAX_CHECKPOINT_JITTER)));

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

  static final Setting<Double> COMPACTION_DEAD_SHARE =
      Setting.withDefault(
          "compaction.dead-share",
          "0.25",
          "0.01 to 1: rewrite a segment file with a larger share of dead rows",
          share(0.01));

  static final Setting<Long> COMPACTION_RATE =
      Setting.withDefault(
          "compaction.rate",
          "64MiB",
          "0 and more, bytes read and written a second, such as 64MiB; 0 for no limit",
          bytes(0));

  static final Setting<Long> HISTORY_OFFSETS =
      Setting.withDefault(
          "history.offsets",
          "0",
          "0 and more: replaced rows stay readable until so many records have followed",
          text -> number(0, Integer.MAX_VALUE).apply(text).map(Integer::longValue));

  static final Setting<Duration> HISTORY_TIME =
      Setting.withDefault(
          "history.time",
          "0s",
          "0s to 365d, such as 10m, 7d: replaced rows stay readable for so long",
          text -> DurationFormat.parse(text).filter(atMost(WeirConfig.MAX_HISTORY_TIME)));

  static final Setting<Long> DISK_RESERVE =
      Setting.withDefault(
          "disk.reserve",
          "128MiB",
          "0 and more, bytes that checkpoints leave free, such as 1GiB",
          bytes(0));

  static final Setting<Long> SCRUB_RATE =
      Setting.withDefault(
          "scrub.rate",
          "8MiB",
          "bytes a second, such as 8MiB, 1GB or a number; 0 switches scrubbing off",
          bytes(0));

  static final Setting<Duration> SCRUB_INTERVAL =
      Setting.withDefault(
          "scrub.interval",
          "1d",
          "1m to 365d, such as 10m, 12h, 7d",
          text ->
              DurationFormat.parse(text)
                  .filter(atMost(WeirConfig.MAX_SCRUB_INTERVAL))
                  .filter(value -> value.compareTo(WeirConfig.MIN_SCRUB_INTERVAL) >= 0));

  static final Setting<Integer> SEARCH_SCORING_THREADS =
      Setting.optional(
          "search.scoring-threads",
          "as many as there are processors",
          "1 to 1024: threads that score the rows of a search at once",
          number(1, StoreOptions.MAX_SCORING_THREADS));

  static final Setting<Integer> CURSORS_LIMIT =
      Setting.withDefault(
          "cursors.limit",
          "64",
          "1 to 100000: cursors of searches that clients hold at a time; further ones are refused",
          number(1, ViewConfig.MAX_CURSORS));

  static final Setting<Duration> CURSORS_IDLE_TIME =
      Setting.withDefault(
          "cursors.idle-time",
          "1m",
          "1s to 1d, such as 30s, 5m: a cursor that is not used for so long is gone",
          Settings::viewTime);

  static final Setting<Duration> CURSORS_MAX_AGE =
      Setting.withDefault(
          "cursors.max-age",
          "10m",
          "1s to 1d, such as 30s, 1h: a cursor is gone after so long, used or not",
          Settings::viewTime);

  static final Setting<Integer> EXPORTS_LIMIT =
      Setting.withDefault(
          "exports.limit",
          "8",
          "1 to 1000: exports at a time; further ones are refused",
          number(1, ViewConfig.MAX_EXPORTS));

  static final Setting<Duration> EXPORTS_MAX_AGE =
      Setting.withDefault(
          "exports.max-age",
          "30m",
          "1s to 1d, such as 5m, 2h: an export is cut off after so long, however slowly it is read",
          Settings::viewTime);

  static final Setting<ReadinessConfig.WaitFor> READINESS_WAIT_FOR =
      Setting.withDefault(
          "readiness.wait-for",
          "caught-up",
          "caught-up (with what was in the topics at the start) or nothing",
          oneOf(ReadinessConfig.WaitFor.values()));

  static final Setting<Duration> READINESS_MAX_TIME_LAG =
      Setting.withDefault(
          "readiness.max-time-lag",
          "0s",
          "0s to 1d: not ready while a partition may be further behind; 0s for no limit",
          text -> DurationFormat.parse(text).filter(atMost(Duration.ofDays(1))));

  static final Setting<LogConfig.Target> LOG_ACCESS =
      Setting.withDefault(
          "log.access",
          "none",
          "none, stdout or stderr: a line of JSON for each request",
          oneOf(LogConfig.Target.values()));

  static final Setting<LogConfig.Target> LOG_SLOW_QUERIES =
      Setting.withDefault(
          "log.slow-queries",
          "stderr",
          "none, stdout or stderr: a line of JSON for each query that takes too long",
          oneOf(LogConfig.Target.values()));

  static final Setting<Duration> LOG_SLOW_QUERY_THRESHOLD =
      Setting.withDefault(
          "log.slow-query-threshold",
          "500ms",
          "1ms to 1h: from how long on that is",
          text ->
              DurationFormat.parse(text)
                  .filter(Duration::isPositive)
                  .filter(atMost(Duration.ofHours(1))));

  static final Setting<String> REGISTRY_URL =
      Setting.optional(
          "schema-registry.url",
          "there is no schema registry",
          "http://host[:port][/path] or https://...",
          Settings::registryUrl);

  static final Setting<String> REGISTRY_USER =
      Setting.optional(
          "schema-registry.user",
          "no basic authentication",
          "a name without a colon; goes with schema-registry.password",
          matching("[^:\\p{Cntrl}]{1,1000}"));

  static final Setting<String> REGISTRY_PASSWORD =
      Setting.optional(
          "schema-registry.password",
          "no basic authentication",
          "text on one line; goes with schema-registry.user",
          matching("\\P{Cntrl}{1,10000}"));

  static final Setting<String> REGISTRY_TOKEN =
      Setting.optional(
          "schema-registry.token",
          "no bearer authentication",
          "visible ASCII; not together with schema-registry.user",
          matching("[!-~]{1,10000}"));

  static final Setting<String> COLLECTION_NAME =
      Setting.required(
          "collections[].name",
          "1 to 100 of a-z A-Z 0-9 . _ -, the first a letter or digit",
          matching(
              "(?:[a-zA-Z0-9]|\\{(?:topic|[1-9])})(?:[a-zA-Z0-9._-]|\\{(?:topic|[1-9])}){0,99}"));

  static final Setting<String> COLLECTION_TOPIC =
      Setting.optional("collections[].topic", "the name", TOPIC_NAMES, Settings::topic);

  static final Setting<String> COLLECTION_TOPICS_REGEX =
      Setting.optional(
          "collections[].topics-regex",
          "one topic",
          "a Java regular expression; name then has {topic} or {1} to {9} in it",
          text -> Optional.of(text).filter(regex -> !regex.isEmpty()));

  static final Setting<Set<Integer>> COLLECTION_PARTITIONS =
      Setting.optional(
          "collections[].partitions",
          "needed with mode list",
          "numbers and ranges, such as 0-3,7",
          AssignmentReader::partitions);

  static final Setting<Integer> COLLECTION_DIMENSION =
      Setting.required(
          "collections[].dimension", "1 to 65536", number(1, VectorSchema.MAX_DIMENSION));

  static final Setting<Metric> COLLECTION_METRIC =
      Setting.withDefault(
          "collections[].metric", "cosine", "cosine, dot or euclidean", oneOf(Metric.values()));

  static final Setting<RecordFormat> COLLECTION_FORMAT =
      Setting.withDefault(
          "collections[].format",
          "json",
          "json, float32, avro or protobuf",
          oneOf(RecordFormat.values()));

  static final Setting<KeyFormat> COLLECTION_KEY =
      Setting.withDefault(
          "collections[].key",
          "utf8",
          "utf8, int32, int64, uuid or hex: how keys hold the ids",
          oneOf(KeyFormat.values()));

  static final Setting<String> COLLECTION_VECTOR_FIELD =
      Setting.withDefault(
          "collections[].vector-field",
          CollectionFeed.DEFAULT_VECTOR_FIELD,
          "of avro and protobuf the field with the vector: 1 to 100 of A-Z a-z 0-9 _, no digit first",
          matching("[A-Za-z_][A-Za-z0-9_]{0,99}"));

  static final Setting<Path> COLLECTION_SCHEMA_FILE =
      Setting.optional(
          "collections[].schema-file",
          "each value names its schema in the registry",
          "the path of an Avro schema, a .proto file or a descriptor set",
          Settings::path);

  static final Setting<String> COLLECTION_MESSAGE =
      Setting.optional(
          "collections[].message",
          "the only one of the schema file",
          "of protobuf with a schema file the full name of a message",
          matching("[A-Za-z_][A-Za-z0-9_.]{0,499}"));

  static final Setting<String> COLLECTION_DEAD_LETTER_TOPIC =
      Setting.optional(
          "collections[].dead-letter-topic",
          "rejected records are counted and logged",
          TOPIC_NAMES + "; none that a collection reads",
          text -> topic(text.replace(TOPIC_PLACE, "t")).map(_ -> text));

  static final Setting<OnReject> COLLECTION_ON_REJECT =
      Setting.optional(
          "collections[].on-reject",
          "dead-letter with a dead-letter-topic, else drop",
          "dead-letter, stop or drop: what becomes of rejected records",
          oneOf(OnReject.values()));

  /** What a field of payloads can be. */
  static final String FIELD_TYPES = "keyword, long, double, boolean or timestamp";

  /** As one text; {@link FieldsReader} reads the section, too. */
  static final Setting<String> COLLECTION_FIELDS =
      Setting.optional(
          "collections[].fields",
          "no filters by payload",
          "names in the payload and what they are, as a section or in one line: lang: keyword,"
              + " meta.year: long; types are "
              + FIELD_TYPES,
          Optional::of);

  /** Every key, in the order of the manual. */
  static final List<Setting<?>> ALL =
      List.of(
          BOOTSTRAP_SERVERS,
          OFFSETS_GROUP_ID,
          ASSIGNMENT_MODE,
          ASSIGNMENT_GROUP_ID,
          ASSIGNMENT_PROTOCOL,
          ASSIGNMENT_INSTANCE_ID,
          DATA,
          HTTP_HOST,
          HTTP_PORT,
          HTTP_MAX_CONNECTIONS,
          HTTP_MAX_CONNECTIONS_PER_ADDRESS,
          HTTP_ALLOW_INSECURE,
          HTTP_TLS_CERTIFICATE,
          HTTP_TLS_KEY,
          HTTP_TLS_CLIENT_AUTHORITIES,
          HTTP_KEY_NAME,
          HTTP_KEY_SHA256,
          HTTP_KEY_ROLE,
          HTTP_KEY_EXPIRES,
          HTTP_KEYS_FILE,
          HTTP_KEY_RATE,
          HTTP_OPEN_METRICS,
          WATCH_WATCHERS,
          WATCH_MAX_LAG,
          WATCH_RESUME,
          QDRANT_ENABLED,
          QDRANT_ID_MODE,
          CHECKPOINT_INTERVAL,
          CHECKPOINT_CRON,
          CHECKPOINT_ZONE,
          CHECKPOINT_JITTER,
          HOT_BUFFER_BYTES,
          SEGMENT_BYTES,
          COMPACTION_DEAD_SHARE,
          COMPACTION_RATE,
          HISTORY_OFFSETS,
          HISTORY_TIME,
          DISK_RESERVE,
          SCRUB_RATE,
          SCRUB_INTERVAL,
          SEARCH_SCORING_THREADS,
          CURSORS_LIMIT,
          CURSORS_IDLE_TIME,
          CURSORS_MAX_AGE,
          EXPORTS_LIMIT,
          EXPORTS_MAX_AGE,
          READINESS_WAIT_FOR,
          READINESS_MAX_TIME_LAG,
          LOG_ACCESS,
          LOG_SLOW_QUERIES,
          LOG_SLOW_QUERY_THRESHOLD,
          REGISTRY_URL,
          REGISTRY_USER,
          REGISTRY_PASSWORD,
          REGISTRY_TOKEN,
          COLLECTION_NAME,
          COLLECTION_TOPIC,
          COLLECTION_TOPICS_REGEX,
          COLLECTION_PARTITIONS,
          COLLECTION_DIMENSION,
          COLLECTION_METRIC,
          COLLECTION_FORMAT,
          COLLECTION_DEAD_LETTER_TOPIC,
          COLLECTION_ON_REJECT,
          COLLECTION_KEY,
          COLLECTION_VECTOR_FIELD,
          COLLECTION_SCHEMA_FILE,
          COLLECTION_MESSAGE,
          COLLECTION_FIELDS);

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

  private static Optional<String> registryUrl(String text) {
    try {
      var _ = RegistrySettings.of(text, Optional.empty(), Optional.empty(), Optional.empty());
      return Optional.of(text);
    } catch (IllegalArgumentException notARegistry) {
      return Optional.empty();
    }
  }

  private static Optional<ZoneId> zone(String text) {
    try {
      return Optional.of(ZoneId.of(text));
    } catch (DateTimeException notAZone) {
      return Optional.empty();
    }
  }

  private static Optional<Boolean> flag(String text) {
    return switch (text) {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  private static Optional<KeyHash> hash(String text) {
    try {
      return Optional.of(KeyHash.ofHex(text));
    } catch (IllegalArgumentException notAHash) {
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

  private static Function<String, Optional<Double>> share(double min) {
    return text -> {
      try {
        return Optional.of(Double.valueOf(text)).filter(value -> value >= min && value <= 1);
      } catch (NumberFormatException notANumber) {
        return Optional.empty();
      }
    };
  }

  private static Function<String, Optional<Long>> bytes(long min) {
    return text -> ByteCountFormat.parse(text).filter(value -> value >= min);
  }

  private static Optional<Duration> viewTime(String text) {
    return DurationFormat.parse(text)
        .filter(atMost(ViewConfig.MAX_TIME))
        .filter(value -> value.compareTo(ViewConfig.MIN_TIME) >= 0);
  }

  private static Predicate<Duration> atMost(Duration max) {
    return value -> value.compareTo(max) <= 0;
  }

  private static <E extends Enum<E>> Function<String, Optional<E>> oneOf(E[] values) {
    return text -> ConstantName.find(values, text);
  }
}
