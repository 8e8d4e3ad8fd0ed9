package io.weir.ingest;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The properties of the three clients: what the user gave, over Weir's defaults, under what Weir
 * needs to be right.
 */
final class ClientProperties {
  private static final Pattern BOOTSTRAP = Pattern.compile(".+:([1-9][0-9]{0,4})");
  private static final int MAX_PORT = 65_535;

  /** Correctness rests on these: any other value is refused. */
  private static final Map<String, String> FIXED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false"),
              Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"),
              Map.entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
              Map.entry(ConsumerConfig.CHECK_CRCS_CONFIG, "true"),
              Map.entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false"),
              Map.entry(
                  ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                  ByteArrayDeserializer.class.getName()),
              Map.entry(
                  ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                  ByteArrayDeserializer.class.getName()),
              Map.entry(
                  ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName()),
              Map.entry(
                  ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                  ByteArraySerializer.class.getName()),
              Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
              Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true")));

  /** What Weir's own settings say, and what it has no use for. */
  private static final Map<String, String> REFUSED =
      new TreeMap<>(
          Map.of(
              ConsumerConfig.GROUP_ID_CONFIG,
              "a group that gives partitions is set as assignment.group-id, one that is only told"
                  + " how far Weir is as kafka.offsets-group-id",
              ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
              "it is set as assignment.instance-id",
              ConsumerConfig.GROUP_PROTOCOL_CONFIG,
              "it is set as assignment.protocol",
              ProducerConfig.TRANSACTIONAL_ID_CONFIG,
              "Weir keeps the positions with its rows and writes no transactions"));

  /** With the newer protocol these are the brokers'; Kafka's client refuses them, but says less. */
  private static final Map<String, String> OF_THE_BROKERS =
      new TreeMap<>(
          Map.of(
              ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
              "the brokers set group.consumer.session.timeout.ms",
              ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
              "the brokers set group.consumer.heartbeat.interval.ms",
              ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
              "group.remote.assignor names one of the brokers'"));

  /** Twice what giving partitions up may take. */
  private static final Duration MIN_MAX_POLL_INTERVAL = GroupOwnership.LIMIT.multipliedBy(2);

  /** One megabyte a partition and request, 16 a request: see README.md, Memory. */
  private static final Map<String, Object> CONSUMER_DEFAULTS =
      Map.of(
          ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
          4_000,
          ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
          1 << 20,
          ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
          16 << 20,
          // How long a fetch of idle partitions may keep a resumed one of the same broker waiting.
          ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
          100,
          // The system grows it: Kafka's 64 KiB cut a fetch into more reads than it is worth.
          ConsumerConfig.RECEIVE_BUFFER_CONFIG,
          -1);

  /** A dead letter is as large as its record and its headers more; a failure shows in 30 s. */
  private static final Map<String, Object> PRODUCER_DEFAULTS =
      Map.of(
          ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 16 << 20,
          ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000,
          ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000,
          ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);

  private ClientProperties() {}

  /**
   * Checks what can be checked without a broker.
   *
   * @throws IllegalArgumentException naming the key, the value and what is allowed
   */
  static void check(Map<String, Object> given, Assignment assignment) {
    FIXED.forEach((key, needed) -> {
      Object value = given.get(key);
      if (value != null && !text(value).equalsIgnoreCase(needed)) {
        throw new IllegalArgumentException(
            "Kafka property "
                + key
                + " is "
                + text(value)
                + "; Weir needs "
                + needed
                + ": leave it out");
      }
    });
    refuse(given, REFUSED, "");
    if (assignment instanceof Assignment.Group(_, Assignment.Protocol protocol, _)) {
      checkGroup(given, protocol);
    }
    checkBootstrap(given.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG));
    try {
      ConsumerConfig.configDef().parse(consumer(given));
      ProducerConfig.configDef().parse(producer(given));
      AdminClientConfig.configDef().parse(admin(given));
    } catch (ConfigException e) {
      throw new IllegalArgumentException("Kafka properties: " + e.getMessage(), e);
    }
  }

  /** The consumer's, with the group that it is in or commits to, if any. */
  static Map<String, Object> consumer(IngestSettings settings) {
    Map<String, Object> all = consumer(settings.kafkaProperties());
    settings.offsetsGroup().ifPresent(group -> all.put(ConsumerConfig.GROUP_ID_CONFIG, group));
    if (settings.assignment()
        instanceof
        Assignment.Group(String group, Assignment.Protocol protocol, Optional<String> instance)) {
      all.put(ConsumerConfig.GROUP_ID_CONFIG, group);
      all.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, protocol.name().toLowerCase(Locale.ROOT));
      instance.ifPresent(id -> all.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, id));
      if (protocol == Assignment.Protocol.CLASSIC) {
        // Only what really moves is revoked: an eager assignor would close every shard each time.
        all.putIfAbsent(
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            CooperativeStickyAssignor.class.getName());
      }
    }
    return all;
  }

  static Map<String, Object> consumer(Map<String, Object> given) {
    return assemble(given, ConsumerConfig.configNames(), CONSUMER_DEFAULTS);
  }

  /** What one fetch of a partition brings at most, unless it is compressed. */
  static int bytesOfAFetch(Map<String, Object> given) {
    Object bytes =
        ConsumerConfig.configDef()
            .parse(consumer(given))
            .get(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG);
    return (Integer) Objects.requireNonNull(bytes, "it has a default");
  }

  static Map<String, Object> producer(Map<String, Object> given) {
    return assemble(given, ProducerConfig.configNames(), PRODUCER_DEFAULTS);
  }

  static Map<String, Object> admin(Map<String, Object> given) {
    return assemble(given, AdminClientConfig.configNames(), Map.of());
  }

  /** A property that no client knows may belong to a plug-in of the user's: all clients get it. */
  private static Map<String, Object> assemble(
      Map<String, Object> given, Set<String> known, Map<String, Object> defaults) {
    Set<String> ofOthers = new HashSet<>(ConsumerConfig.configNames());
    ofOthers.addAll(ProducerConfig.configNames());
    ofOthers.addAll(AdminClientConfig.configNames());
    ofOthers.removeAll(known);
    Map<String, Object> all = new HashMap<>(defaults);
    all.put(ConsumerConfig.CLIENT_ID_CONFIG, "weir");
    all.putAll(given);
    all.keySet().removeAll(ofOthers);
    FIXED.forEach((key, needed) -> {
      if (known.contains(key)) {
        all.put(key, needed);
      }
    });
    return all;
  }

  private static void checkGroup(Map<String, Object> given, Assignment.Protocol protocol) {
    switch (protocol) {
      case CONSUMER -> refuse(given, OF_THE_BROKERS, " with group protocol consumer");
      case CLASSIC ->
          refuse(
              given,
              Map.of(
                  ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG,
                  "it belongs to group protocol consumer"),
              " with group protocol classic");
    }
    Object interval = given.get(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);
    if (interval != null
        && text(interval).matches("[0-9]{1,9}")
        && Integer.parseInt(text(interval)) < MIN_MAX_POLL_INTERVAL.toMillis()) {
      throw new IllegalArgumentException(
          "Kafka property "
              + ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG
              + " is "
              + text(interval)
              + "; at least "
              + MIN_MAX_POLL_INTERVAL.toMillis()
              + ": a member may take "
              + GroupOwnership.LIMIT.toSeconds()
              + " s to write what it gives up");
    }
  }

  private static void refuse(
      Map<String, Object> given, Map<String, String> refused, String condition) {
    refused.forEach((key, instead) -> {
      if (given.containsKey(key)) {
        throw new IllegalArgumentException(
            "Kafka property " + key + " cannot be set" + condition + ": " + instead);
      }
    });
  }

  private static void checkBootstrap(@Nullable Object value) {
    String servers = value == null ? "" : text(value);
    if (servers.isBlank()) {
      throw new IllegalArgumentException(
          "Kafka property bootstrap.servers is missing; give host:port,host:port");
    }
    for (String server : servers.split(",", -1)) {
      Matcher matcher = BOOTSTRAP.matcher(server.strip());
      if (!matcher.matches()
          || Integer.parseInt(server.strip().replaceFirst(".*:", "")) > MAX_PORT) {
        throw new IllegalArgumentException(
            "Kafka property bootstrap.servers has '"
                + server
                + "'; give host:port,host:port with ports of 1 to "
                + MAX_PORT);
      }
    }
  }

  /** A value as a properties file would have it: a class is its name, a list has commas. */
  private static String text(Object value) {
    return switch (value) {
      case Class<?> type -> type.getName();
      case List<?> list -> String.join(",", list.stream().map(String::valueOf).toList());
      case Object[] array -> text(Arrays.asList(array));
      default -> value.toString().strip();
    };
  }
}
