package io.weir.deploy.produce;

import io.weir.deploy.config.CollectionConfig;
import io.weir.deploy.config.ConfigReader;
import io.weir.deploy.config.ConstantName;
import io.weir.deploy.config.InvalidConfigException;
import io.weir.deploy.config.KafkaConfig;
import io.weir.deploy.config.WeirConfig;
import io.weir.deploy.terminal.Figures;
import io.weir.deploy.terminal.Progress;
import io.weir.deploy.terminal.StopRequest;
import io.weir.deploy.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends vectors from files to a topic. */
@Command(
    name = ProduceCommand.NAME,
    description = {
      "Send vectors from files to a topic.",
      "",
      "Files are read as a stream, in the order given: matrices of numpy (.npy), .fvecs, .bvecs and"
          + " .ivecs, JSON lines (.jsonl), Parquet (.parquet). A row's key is what its field or"
          + " column key or id holds; where there is none, the file's name and the number of the"
          + " row.",
      "",
      "Ctrl-C stops in order and says which --start-row goes on.",
    },
    footer = {
      "  deploy/weir produce vectors.npy --topic docs --config weir.yaml",
      "  deploy/weir produce books.parquet --topic books --bootstrap-servers broker:9092"
          + " --create-partitions 4 --key-column isbn --payload-columns title,year",
    })
public final class ProduceCommand implements Callable<Integer> {

  /** The command's name. */
  public static final String NAME = "produce";

  private static final int MAX_PARTITIONS = 10_000;

  private final Map<String, String> environment;
  private final BooleanSupplier watched;
  private final StopRequest stop;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "What to send.")
  private List<Path> files = List.of();

  @Option(
      names = {"-t", "--topic"},
      paramLabel = "TOPIC",
      required = true,
      description = "Where to send it.")
  private String topic = "";

  @Option(
      names = {"-b", "--bootstrap-servers"},
      paramLabel = "HOST:PORT",
      description = "Addresses of Kafka. Without them, those of --config.")
  private @Nullable String bootstrapServers;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "Settings of serve: says where Kafka is and, if a collection reads the topic, which"
              + " format and dimension it needs.")
  private @Nullable Path config;

  @Option(
      names = {"-f", "--format"},
      paramLabel = "FORMAT",
      description = "json or float32. Without it, that of the collection in --config, else json.")
  private @Nullable String format;

  @ArgGroup private KeyChoice keyChoice = new KeyChoice();

  /** One of the two ways to choose keys, or neither. */
  private static final class KeyChoice {

    @Option(
        names = "--key-prefix",
        paramLabel = "P",
        description = "Keys are P and the row's number, counted through all files from 0.")
    private @Nullable String prefix;

    @Option(
        names = "--key-column",
        paramLabel = "C",
        description = "The field or column that holds the key. Without it: key, else id.")
    private @Nullable String column;
  }

  @Option(
      names = "--vector-column",
      paramLabel = "C",
      description =
          "The field or column that holds the vector. Without it: vector in JSON; in Parquet the"
              + " one that has lists of float or double.")
  private @Nullable String vectorColumn;

  @Option(
      names = "--payload-columns",
      paramLabel = "C",
      split = ",",
      description = "Fields or columns that become the payload.")
  private List<String> payloadColumns = List.of();

  @Option(
      names = "--start-row",
      paramLabel = "N",
      description = "Pass over so many rows, counted through all files.")
  private long startRow;

  @Option(names = "--limit", paramLabel = "N", description = "Send at most so many records.")
  private @Nullable Long limit;

  @Option(
      names = "--acks",
      paramLabel = "ACKS",
      defaultValue = "all",
      description =
          "Which brokers must have a record: all, 1 (the leader) or 0 (nobody: what is lost is not"
              + " noticed). Default: ${DEFAULT-VALUE}.")
  private String acks = "all";

  @Option(
      names = "--create-partitions",
      paramLabel = "N",
      description = "Make the topic, with so many partitions, if there is none.")
  private @Nullable Integer newPartitions;

  /**
   * Returns a command that stops with the process and shows its progress where somebody watches.
   *
   * @param environment names and values that settings are read from
   */
  public ProduceCommand(Map<String, String> environment) {
    this(environment, Terminal::watchesErrors, new StopRequest());
  }

  ProduceCommand(Map<String, String> environment, BooleanSupplier watched, StopRequest stop) {
    this.environment = environment;
    this.watched = watched;
    this.stop = stop;
  }

  @Override
  public Integer call() throws IOException, InterruptedException, InvalidConfigException {
    Optional<WeirConfig> settings =
        config == null
            ? Optional.empty()
            : Optional.of(ConfigReader.read(Optional.of(config), environment));
    Optional<CollectionConfig> collection =
        settings.flatMap(read ->
            read.collections().stream().filter(one -> one.topic().equals(topic)).findFirst());
    ProduceOptions options = options(settings, collection);
    CommandLine commandLine = spec.commandLine();
    stop.requestWhenProcessEnds();
    try {
      ProduceReport report =
          new ProduceRun(options, stop::isRequested)
              .run(total ->
                  Progress.on(
                      commandLine.getErr(), watched.getAsBoolean(), topic, "records", total, 0));
      print(report, options, collection, commandLine.getOut());
      return CommandLine.ExitCode.OK;
    } finally {
      commandLine.getOut().flush();
      stop.confirmStopped();
    }
  }

  private ProduceOptions options(
      Optional<WeirConfig> settings, Optional<CollectionConfig> collection) {
    for (Path file : files) {
      RowFiles.problem(file)
          .ifPresent(problem -> {
            throw misuse(problem);
          });
    }
    if (files.stream().distinct().count() < files.size()) {
      throw misuse("a file is given twice");
    }
    check("--start-row", startRow, 0, Long.MAX_VALUE);
    long most = limit == null ? Long.MAX_VALUE : limit;
    check("--limit", most, 1, Long.MAX_VALUE);
    if (newPartitions != null) {
      check("--create-partitions", newPartitions, 1, MAX_PARTITIONS);
    }
    return new ProduceOptions(
        List.copyOf(files),
        new RowColumns(
            Optional.ofNullable(keyChoice.column),
            keyChoice.prefix != null,
            Optional.ofNullable(vectorColumn),
            payloadColumns),
        Optional.ofNullable(keyChoice.prefix),
        startRow,
        most,
        topic,
        kafka(settings),
        format(collection),
        chosenAcks(),
        collection.map(CollectionConfig::schema),
        newPartitions == null ? OptionalInt.empty() : OptionalInt.of(newPartitions));
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

  private SendFormat format(Optional<CollectionConfig> collection) {
    collection
        .filter(one -> !one.hasTextKeys())
        .ifPresent(one -> {
          throw misuse(
              "collection "
                  + one.name()
                  + " does not read keys as UTF-8 text, which is what is sent");
        });
    Optional<String> needed = collection.map(one -> ConstantName.of(one.format()));
    String wanted = format != null ? format : needed.orElse(ConstantName.of(SendFormat.JSON));
    if (needed.isPresent() && !needed.get().equals(wanted)) {
      throw misuse(
          "--format is "
              + wanted
              + ", but collection "
              + collection.get().name()
              + " reads the topic as "
              + needed.get());
    }
    return ConstantName.find(SendFormat.values(), wanted)
        .orElseThrow(() -> misuse("the format is " + wanted + "; sent are json and float32"));
  }

  private Acks chosenAcks() {
    return Arrays.stream(Acks.values())
        .filter(known -> known.setting().equals(acks))
        .findFirst()
        .orElseThrow(() -> misuse("--acks is " + acks + "; allowed are all, 1 and 0"));
  }

  private void check(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw misuse(
          option
              + " is "
              + value
              + "; allowed are "
              + least
              + (most == Long.MAX_VALUE ? " and more" : " to " + most));
    }
  }

  private ParameterException misuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void print(
      ProduceReport report,
      ProduceOptions options,
      Optional<CollectionConfig> collection,
      PrintWriter out) {
    out.println(
        (report.complete() ? "sent " : "stopped after ")
            + Figures.count(report.records())
            + " records, "
            + Figures.bytes(report.bytes())
            + ", to topic "
            + topic
            + " in "
            + Figures.duration(report.took())
            + ": "
            + Figures.count(Math.round(report.recordsPerSecond()))
            + " records/s");
    if (!report.complete()) {
      out.println("the same command with --start-row " + report.resumeAt() + " goes on");
      return;
    }
    if (report.firstKey().isEmpty()) {
      return;
    }
    out.println();
    if (collection.isEmpty()) {
      out.println("A collection of deploy/weir serve that reads the topic:");
      out.println(
          "  - { name: "
              + topic.toLowerCase(Locale.ROOT)
              + ", topic: "
              + topic
              + ", dimension: "
              + report.dimension()
              + ", format: "
              + ConstantName.of(options.format())
              + " }");
      return;
    }
    String name = collection.get().name();
    out.println("Try, while deploy/weir serve runs:");
    out.println(
        "  deploy/weir search --collection " + name + " --key " + quoted(report.firstKey().get()));
    out.println("  deploy/weir audit --collection " + name + " --config " + config);
  }

  /** As a shell takes it. */
  private static String quoted(String text) {
    return text.matches("[A-Za-z0-9_./:@-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
