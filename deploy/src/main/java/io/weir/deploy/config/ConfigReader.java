package io.weir.deploy.config;

import io.weir.ingest.Assignment;
import io.weir.ingest.registry.RegistrySettings;
import io.weir.storage.CheckpointSchedule;
import io.weir.storage.CompactionOptions;
import io.weir.storage.ScrubOptions;
import io.weir.storage.StoreOptions;
import io.weir.storage.checkpoint.HistoryLimits;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the settings from a file and the environment; the environment wins.
 *
 * <p>What is wrong is collected, so that it can be put right in one go.
 */
public final class ConfigReader {

  /** A larger file is none of ours. */
  private static final long MAX_FILE_BYTES = 1L << 20;

  private ConfigReader() {}

  /**
   * Reads the settings.
   *
   * @param file a YAML file; without one the environment has to say everything
   * @param environment names and values, as from {@link System#getenv()}
   * @throws InvalidConfigException if a key is unknown or missing or a value is not allowed; names
   *     every one
   */
  public static WeirConfig read(Optional<Path> file, Map<String, String> environment)
      throws InvalidConfigException {
    String fileName = file.map(Path::toString).orElse("no file");
    String text = file.isPresent() ? content(file.get()) : "";
    YamlOutline outline = YamlOutline.of(fileName, text);
    if (!outline.problems().isEmpty()) {
      throw new InvalidConfigException(outline.problems());
    }
    EnvironmentVariables variables = new EnvironmentVariables(environment);
    List<String> problems = new ArrayList<>(UnknownKeys.problems(outline));
    problems.addAll(variables.problems());
    SettingReader reader =
        new SettingReader(
            new LayeredSettings(outline, text, variables),
            file.isPresent() ? "set it in " + fileName : "set it in a file (--config)");
    return read(reader, problems);
  }

  private static String content(Path file) throws InvalidConfigException {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new InvalidConfigException(
            List.of(file + " has more than " + MAX_FILE_BYTES + " bytes: not a settings file"));
      }
      return Files.readString(file);
    } catch (NoSuchFileException missing) {
      throw new InvalidConfigException(
          List.of(file + " does not exist; deploy/weir.example.yaml is one to start from"));
    } catch (CharacterCodingException notText) {
      throw new InvalidConfigException(List.of(file + " is not UTF-8 text"));
    } catch (IOException unreadable) {
      throw new InvalidConfigException(List.of(file + " cannot be read: " + unreadable));
    }
  }

  private static WeirConfig read(SettingReader reader, List<String> problems)
      throws InvalidConfigException {
    Optional<String> bootstrapServers = reader.value(Settings.BOOTSTRAP_SERVERS);
    Optional<String> offsetsGroup = reader.value(Settings.OFFSETS_GROUP_ID);
    Optional<Assignment> assignment = new AssignmentReader(reader).read();
    Map<String, String> kafkaProperties =
        kafkaProperties(reader, assignment.orElse(new Assignment.All()));
    Optional<Path> data = reader.value(Settings.DATA);
    Optional<HttpConfig> http = new HttpReader(reader).read();
    Optional<CheckpointSchedule> checkpoints = new CheckpointReader(reader).read();
    Optional<Duration> jitter = reader.value(Settings.CHECKPOINT_JITTER);
    Optional<Long> hotBytes = reader.value(Settings.HOT_BUFFER_BYTES);
    Optional<Long> segmentBytes = reader.value(Settings.SEGMENT_BYTES);
    Optional<CompactionOptions> compaction = compaction(reader);
    Optional<HistoryLimits> history = history(reader);
    Optional<Long> reserve = reader.value(Settings.DISK_RESERVE);
    Optional<Long> scrubRate = reader.value(Settings.SCRUB_RATE);
    Optional<Duration> scrubInterval = reader.value(Settings.SCRUB_INTERVAL);
    Optional<Integer> scoringThreads = reader.value(Settings.SEARCH_SCORING_THREADS);
    Optional<ViewConfig> views = new ViewReader(reader).read();
    Optional<RegistrySettings> schemaRegistry = schemaRegistry(reader);
    Optional<ReadinessConfig.WaitFor> waitFor = reader.value(Settings.READINESS_WAIT_FOR);
    Optional<Duration> maxTimeLag = reader.value(Settings.READINESS_MAX_TIME_LAG);
    Optional<LogConfig.Target> access = reader.value(Settings.LOG_ACCESS);
    Optional<LogConfig.Target> slow = reader.value(Settings.LOG_SLOW_QUERIES);
    Optional<Duration> slowThreshold = reader.value(Settings.LOG_SLOW_QUERY_THRESHOLD);
    List<CollectionConfig> collections = new CollectionsReader(reader).read();
    problems.addAll(reader.problems());
    if (!problems.isEmpty()) {
      throw new InvalidConfigException(problems);
    }
    return new WeirConfig(
        new KafkaConfig(bootstrapServers.orElseThrow(), kafkaProperties, offsetsGroup),
        data.orElseThrow(),
        http.orElseThrow(),
        StoreOptions.defaults()
            .withHotBufferBytes(hotBytes.orElseThrow())
            .withCheckpointSchedule(checkpoints.orElseThrow())
            .withCheckpointJitter(jitter.orElseThrow())
            .withSegmentBytes(segmentBytes.orElseThrow())
            .withCompaction(compaction.orElseThrow())
            .withHistory(history.orElseThrow())
            .withDiskReserveBytes(reserve.orElseThrow())
            .withScrub(new ScrubOptions(scrubRate.orElseThrow(), scrubInterval.orElseThrow()))
            .withScoringThreads(scoringThreads.orElse(StoreOptions.defaults().scoringThreads())),
        collections,
        assignment.orElseThrow(),
        schemaRegistry,
        new ReadinessConfig(waitFor.orElseThrow(), maxTimeLag.orElseThrow()),
        new LogConfig(access.orElseThrow(), slow.orElseThrow(), slowThreshold.orElseThrow()),
        views.orElseThrow());
  }

  private static Optional<RegistrySettings> schemaRegistry(SettingReader reader) {
    Optional<String> url = reader.value(Settings.REGISTRY_URL);
    Optional<String> user = reader.value(Settings.REGISTRY_USER);
    Optional<String> password = reader.value(Settings.REGISTRY_PASSWORD);
    Optional<String> token = reader.value(Settings.REGISTRY_TOKEN);
    if (url.isEmpty()) {
      if (user.isPresent() || password.isPresent() || token.isPresent()) {
        reader.noteMissing(
            Settings.REGISTRY_URL.key(), reader.wayToSet(), Settings.REGISTRY_URL.allowed());
      }
      return Optional.empty();
    }
    try {
      return Optional.of(RegistrySettings.of(url.get(), user, password, token));
    } catch (IllegalArgumentException contradiction) {
      reader.note(String.valueOf(contradiction.getMessage()));
      return Optional.empty();
    }
  }

  private static Optional<CompactionOptions> compaction(SettingReader reader) {
    Optional<Double> deadShare = reader.value(Settings.COMPACTION_DEAD_SHARE);
    Optional<Long> rate = reader.value(Settings.COMPACTION_RATE);
    return deadShare.flatMap(
        share -> rate.map(bytesPerSecond -> new CompactionOptions(true, share, bytesPerSecond)));
  }

  private static Optional<HistoryLimits> history(SettingReader reader) {
    Optional<Long> offsets = reader.value(Settings.HISTORY_OFFSETS);
    Optional<Duration> time = reader.value(Settings.HISTORY_TIME);
    return offsets.flatMap(most -> time.map(longest -> new HistoryLimits(most, longest)));
  }

  private static Map<String, String> kafkaProperties(SettingReader reader, Assignment assignment) {
    Map<String, String> properties = new TreeMap<>();
    for (String name : reader.settings().kafkaProperties()) {
      String key = Settings.KAFKA_PROPERTIES + name;
      Optional<LayeredSettings.Text> given = reader.settings().text(key);
      if (given.isPresent()) {
        properties.put(name, given.get().text());
        KafkaProperties.problemWith(name, given.get().text(), assignment)
            .ifPresent(problem -> reader.noteBad(key, given.get(), "; " + problem));
      }
    }
    return properties;
  }
}
