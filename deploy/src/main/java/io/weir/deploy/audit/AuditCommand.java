package io.weir.deploy.audit;

import io.weir.api.client.WeirClient;
import io.weir.deploy.client.ServerOption;
import io.weir.deploy.config.CollectionConfig;
import io.weir.deploy.config.ConfigReader;
import io.weir.deploy.config.ConstantName;
import io.weir.deploy.config.HttpConfig;
import io.weir.deploy.config.InvalidConfigException;
import io.weir.deploy.config.KafkaConfig;
import io.weir.deploy.config.WeirConfig;
import io.weir.deploy.terminal.Progress;
import io.weir.deploy.terminal.Terminal;
import io.weir.ingest.CollectionFeed;
import io.weir.ingest.RecordFormat;
import io.weir.ingest.registry.RegistrySettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says whether a running store equals its topic. */
@Command(
    name = AuditCommand.NAME,
    description = {
      "Prove that a collection of a running Weir equals its topic.",
      "",
      "Reads the topic again from its beginning and asks the store over HTTP for every key: its"
          + " vector must be the same bit for bit, its payload byte for byte, deleted keys must be"
          + " gone, and there must be no row too many. Topic and store may go on changing. What"
          + " differs is told in a line each; then the exit code is 1.",
    },
    footer = {
      "  deploy/weir audit --collection docs --config weir.yaml",
      "  deploy/weir audit --collection docs --topic docs-embeddings --format float32"
          + " --bootstrap-servers broker:9092 --url http://weir:8080",
    })
public final class AuditCommand implements Callable<Integer> {

  /** The command's name. */
  public static final String NAME = "audit";

  private static final int MAX_DIFFERENCES = 100_000;
  private static final int MAX_WAIT_SECONDS = 86_400;

  private final Map<String, String> environment;
  private final BooleanSupplier watched;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Spec
  private CommandSpec spec;

  @Option(
      names = "--collection",
      paramLabel = "NAME",
      required = true,
      description = "The collection.")
  private String collection = "";

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "Settings of serve: say the topic, its format, its schemas and where all is.")
  private @Nullable Path config;

  @Option(
      names = {"-b", "--bootstrap-servers"},
      paramLabel = "HOST:PORT",
      description = "Addresses of Kafka. Without them, those of --config.")
  private @Nullable String bootstrapServers;

  @Option(
      names = {"-t", "--topic"},
      paramLabel = "TOPIC",
      description = "The topic. Without it, that of the collection in --config, else its name.")
  private @Nullable String topic;

  @Option(
      names = {"-f", "--format"},
      paramLabel = "FORMAT",
      description =
          "As in the settings. Without it, that of the collection in --config, else json.")
  private @Nullable String format;

  @Mixin private ServerOption server = new ServerOption();

  @Option(
      names = "--partitions",
      paramLabel = "N",
      split = ",",
      description = "Only these partitions. Default: all.")
  private List<Integer> partitions = List.of();

  @Option(
      names = "--dead-letters",
      description = "Also look for a dead letter of each rejected record (needs --config).")
  private boolean deadLetters;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long the store may take to catch up. Default: ${DEFAULT-VALUE}.")
  private int waitSeconds;

  @Option(
      names = "--differences",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many differences to tell one by one. Default: ${DEFAULT-VALUE}.")
  private int differences;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  /**
   * Returns a command that shows its progress where somebody watches.
   *
   * @param environment names and values that settings are read from
   */
  public AuditCommand(Map<String, String> environment) {
    this(environment, Terminal::watchesErrors);
  }

  AuditCommand(Map<String, String> environment, BooleanSupplier watched) {
    this.environment = environment;
    this.watched = watched;
  }

  @Override
  public Integer call() throws IOException, InterruptedException, InvalidConfigException {
    Optional<WeirConfig> settings =
        config == null
            ? Optional.empty()
            : Optional.of(ConfigReader.read(Optional.of(config), environment));
    AuditRequest request = request(settings);
    CommandLine commandLine = spec.commandLine();
    boolean bar = watched.getAsBoolean();
    AuditReport report =
        Audit.run(
            request,
            (task, unit, total) -> Progress.on(commandLine.getErr(), bar, task, unit, total, 0));
    PrintWriter out = commandLine.getOut();
    if (json) {
      out.println(AuditJson.of(report));
    } else {
      AuditText.print(report, out);
    }
    if (out.checkError()) {
      throw new IOException("the report could not be written");
    }
    return report.equal() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private AuditRequest request(Optional<WeirConfig> settings) {
    check("--wait", waitSeconds, MAX_WAIT_SECONDS);
    check("--differences", differences, MAX_DIFFERENCES);
    CollectionFeed feed = feed(settings);
    if (deadLetters && feed.deadLetterTopic().isEmpty()) {
      throw misuse("collection " + collection + " has no dead-letter topic in the settings");
    }
    Optional<RegistrySettings> registry = settings.flatMap(WeirConfig::schemaRegistry);
    if (feed.needsRegistry() && registry.isEmpty()) {
      throw misuse(
          "format "
              + ConstantName.of(feed.format())
              + " needs schemas: give --config with schema-registry.url, or with a schema-file of"
              + " collection "
              + collection);
    }
    return new AuditRequest(
        feed,
        kafka(settings),
        registry,
        server.orElse(
            settings.map(WeirConfig::http).map(AuditCommand::url).orElse(WeirClient.DEFAULT_URL)),
        partitions.isEmpty() ? Optional.empty() : Optional.of(Set.copyOf(partitions)),
        deadLetters,
        Duration.ofSeconds(waitSeconds),
        differences);
  }

  private CollectionFeed feed(Optional<WeirConfig> settings) {
    if (settings.isPresent()) {
      List<CollectionConfig> known = settings.get().collections();
      if (topic != null || format != null) {
        throw misuse("--topic and --format are in --config; leave them out");
      }
      return known.stream()
          .filter(one -> one.name().equals(collection))
          .findFirst()
          .map(CollectionConfig::feed)
          .orElseThrow(() ->
              misuse(
                  config
                      + " has no collection "
                      + collection
                      + "; it has "
                      + known.stream().map(CollectionConfig::name).toList()));
    }
    try {
      return CollectionFeed.of(collection, topic == null ? collection : topic, recordFormat());
    } catch (IllegalArgumentException e) {
      throw misuse(String.valueOf(e.getMessage()));
    }
  }

  private RecordFormat recordFormat() {
    if (format == null) {
      return RecordFormat.JSON;
    }
    return ConstantName.find(RecordFormat.values(), format)
        .orElseThrow(() ->
            misuse(
                "--format is "
                    + format
                    + "; allowed are "
                    + Arrays.stream(RecordFormat.values()).map(ConstantName::of).toList()));
  }

  private KafkaConfig kafka(Optional<WeirConfig> settings) {
    Optional<KafkaConfig> ofFile = settings.map(WeirConfig::kafka);
    if (bootstrapServers == null && ofFile.isEmpty()) {
      throw misuse("--bootstrap-servers is missing, and there is no --config that has it");
    }
    return new KafkaConfig(
        bootstrapServers == null
            ? ofFile.map(KafkaConfig::bootstrapServers).orElseThrow()
            : bootstrapServers,
        ofFile.map(KafkaConfig::properties).orElse(Map.of()));
  }

  /** Whoever listens everywhere listens on loopback too. */
  private static URI url(HttpConfig http) {
    boolean everywhere = http.host().equals("0.0.0.0") || http.host().equals("::");
    String host = everywhere ? "127.0.0.1" : http.host();
    return URI.create(
        http.scheme() + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + http.port());
  }

  private void check(String option, long value, long most) {
    if (value < 0 || value > most) {
      throw misuse(option + " is " + value + "; allowed are 0 to " + most);
    }
  }

  private ParameterException misuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
