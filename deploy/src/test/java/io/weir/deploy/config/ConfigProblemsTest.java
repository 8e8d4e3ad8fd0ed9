package io.weir.deploy.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said when settings are wrong: the key, its value, where it stands, what is allowed. */
class ConfigProblemsTest {

  private static final String MINIMAL =
      """
      kafka:
        bootstrap-servers: broker1:9092
      data: here
      collections:
        - name: docs
          dimension: 768
      """;

  @TempDir Path folder;

  @Test
  void everyMissingSettingIsNamedWithTheWaysToSetIt() {
    assertEquals(
        List.of(
            "kafka.bootstrap-servers is missing; set it in weir.yaml or as"
                + " WEIR_KAFKA_BOOTSTRAP_SERVERS; allowed: broker addresses,"
                + " host:port[,host:port...]",
            "data is missing; set it in weir.yaml or as WEIR_DATA; allowed: the path of a folder,"
                + " made where it is missing",
            "collections is missing; set it in weir.yaml; allowed: a list, each entry with at"
                + " least name and dimension"),
        problems(""));
  }

  @Test
  void withoutAFileTheWayIsTheOption() {
    InvalidConfigException thrown =
        assertThrows(
            InvalidConfigException.class,
            () -> ConfigReader.read(Optional.empty(), Map.of("WEIR_DATA", "here")));

    assertEquals(
        "kafka.bootstrap-servers is missing; set it in a file (--config) or as"
            + " WEIR_KAFKA_BOOTSTRAP_SERVERS; allowed: broker addresses, host:port[,host:port...]",
        thrown.problems().getFirst());
  }

  @Test
  void whatAnAssignmentNeedsAndWhatItHasNoUseForIsTold() {
    assertEquals(
        List.of(
            "assignment.group-id is missing; set it in weir.yaml; allowed: a consumer group's id: 1"
                + " to 249 of a-z A-Z 0-9 . _ -"),
        problems(MINIMAL + "assignment: { mode: group }\n"));
    assertEquals(
        List.of(
            "collections[0].partitions is missing; set it in weir.yaml; allowed: numbers and"
                + " ranges, such as 0-3,7"),
        problems(MINIMAL + "assignment: { mode: list }\n"));
    assertEquals(
        List.of(
            "assignment.group-id is \"weir\" (weir.yaml:8); allowed: only with assignment.mode group",
            "collections[0].partitions is \"0\" (weir.yaml:7); allowed: only with assignment.mode"
                + " list"),
        problems(MINIMAL + "    partitions: 0\nassignment: { group-id: weir }\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3-1", "x", "1,,2", "-1", "100000"})
  void badPartitionsAreRefused(String partitions) {
    String problem =
        problems(MINIMAL + "    partitions: \"" + partitions + "\"\nassignment: { mode: list }\n")
            .getFirst();

    assertTrue(problem.startsWith("collections[0].partitions is \"" + partitions), problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          name: films, topics-regex: a.*            | needs {topic} or {1}
          name: "{1}", topics-regex: a.*            | speaks of group 1
          name: "{topic}", topics-regex: a(         | is no regular expression
          name: "{topic}"                           | allowed without topics-regex
          name: "{topic}", topics-regex: a, topic: b| allowed only with no topics-regex
          """)
  void templatesAndExpressionsThatDoNotGoTogetherAreTold(String entry, String named) {
    String problem = problems(MINIMAL + "  - { dimension: 3, " + entry + " }\n").getFirst();

    assertTrue(problem.contains(named), problem);
  }

  @Test
  void propertiesThatTheGroupProtocolLeavesToTheBrokersAreRefused() {
    String problem =
        problems(
                MINIMAL + "assignment: { mode: group, group-id: weir }\n",
                Map.of("WEIR_KAFKA_PROPERTIES_SESSION_TIMEOUT_MS", "7000"))
            .getFirst();

    assertTrue(problem.contains("group.consumer.session.timeout.ms"), problem);
  }

  @Test
  void missingSettingsOfACollectionAreNamedWithItsIndex() {
    assertEquals(
        List.of(
            "collections[1].name is missing; set it in weir.yaml or as WEIR_COLLECTIONS_1__NAME;"
                + " allowed: 1 to 100 of a-z A-Z 0-9 . _ -, the first a letter or digit",
            "collections[1].dimension is missing; set it in weir.yaml or as"
                + " WEIR_COLLECTIONS_1__DIMENSION; allowed: 1 to 65536"),
        problems(MINIMAL + "  - topic: images\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http: { port: 65536 }           | http.port is "65536" (weir.yaml:7); allowed: 0 to 65535; 0 for any free one
          http: { port: -1 }              | http.port is "-1" (weir.yaml:7); allowed: 0 to 65535; 0 for any free one
          http: { port: [1, 2] }          | http.port is "1,2" (weir.yaml:7); allowed: 0 to 65535; 0 for any free one
          http: { port: '' }              | http.port is "" (weir.yaml:7); allowed: 0 to 65535; 0 for any free one
          http: { host: 'a b' }           | http.host is "a b" (weir.yaml:7); allowed: a host name or address; 0.0.0.0 for every interface
          http: { max-connections: 0 }    | http.max-connections is "0" (weir.yaml:7); allowed: 1 to 1000000: connections at a time; further ones are closed at once
          http: { max-connections-per-address: -1 } | http.max-connections-per-address is "-1" (weir.yaml:7); allowed: 0 to 1000000: connections of one address at a time, watchers too; further ones are closed at once; 0 for any number
          http: { allow-insecure: maybe } | http.allow-insecure is "maybe" (weir.yaml:7); allowed: true or false: whether others may reach Weir without encryption or keys
          http: { key-rate: 5 }           | http.key-rate is "5" (weir.yaml:7); allowed: only with http.keys or http.keys-file
          http: { open-metrics: true }    | http.open-metrics is "true" (weir.yaml:7); allowed: only with http.keys or http.keys-file
          checkpoint: { interval: 5 }     | checkpoint.interval is "5" (weir.yaml:7); allowed: 0s to 1d, such as 500ms, 5s, 1m; 0s switches the schedule off
          checkpoint: { interval: 25h }   | checkpoint.interval is "25h" (weir.yaml:7); allowed: 0s to 1d, such as 500ms, 5s, 1m; 0s switches the schedule off
          checkpoint: { jitter: 25h }     | checkpoint.jitter is "25h" (weir.yaml:7); allowed: 0s to 1d, such as 500ms, 30s: spreads the shards of a scheduled checkpoint over so long
          checkpoint: { zone: UTC }       | checkpoint.zone is "UTC" (weir.yaml:7); allowed: only with checkpoint.cron
          checkpoint: { interval: 0s, cron: 0 * * * * } | checkpoint.interval is "0s" (weir.yaml:7), and there is a checkpoint.cron, too; allowed: one of them
          checkpoint: { zone: Berlin, cron: 0 * * * * } | checkpoint.zone is "Berlin" (weir.yaml:7); allowed: the time zone of checkpoint.cron, such as Europe/Berlin
          hot-buffer: { bytes: 4194303 }  | hot-buffer.bytes is "4194303" (weir.yaml:7); allowed: 4MiB and more, such as 64MiB, 1GB or a number of bytes
          search: { scoring-threads: 0 }  | search.scoring-threads is "0" (weir.yaml:7); allowed: 1 to 1024: threads that score the rows of a search at once
          search: { scoring-threads: 1025 } | search.scoring-threads is "1025" (weir.yaml:7); allowed: 1 to 1024: threads that score the rows of a search at once
          cursors: { limit: 0 }           | cursors.limit is "0" (weir.yaml:7); allowed: 1 to 100000: cursors of searches that clients hold at a time; further ones are refused
          cursors: { idle-time: 0s }      | cursors.idle-time is "0s" (weir.yaml:7); allowed: 1s to 1d, such as 30s, 5m: a cursor that is not used for so long is gone
          cursors: { max-age: 25h }       | cursors.max-age is "25h" (weir.yaml:7); allowed: 1s to 1d, such as 30s, 1h: a cursor is gone after so long, used or not
          exports: { limit: many }        | exports.limit is "many" (weir.yaml:7); allowed: 1 to 1000: exports at a time; further ones are refused
          exports: { max-age: 999ms }     | exports.max-age is "999ms" (weir.yaml:7); allowed: 1s to 1d, such as 5m, 2h: an export is cut off after so long, however slowly it is read
          segment: { bytes: 1MB }         | segment.bytes is "1MB" (weir.yaml:7); allowed: 1MiB and more, such as 256MiB, 1GB or a number of bytes
          """)
  void aValueThatIsNotAllowedIsShownWithItsLine(String line, String problem) {
    assertEquals(List.of(problem), problems(MINIMAL + line + "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          60 * * * *    | Value 60 not in range [0, 59]
          0 24 * * *    | Value 24 not in range [0, 23]
          0 0 30 2 *    | There is no such day
          0 * * *       | Cron expression contains 4 parts but we expect one of [5]
          0 0 * * * *   | Cron expression contains 6 parts but we expect one of [5]
          0 0 * * FOO   | Invalid chars in expression! Expression: FOO Invalid chars: FOO
          '@daily'      | Nicknames not supported!
          """)
  void whatIsWrongWithACronExpressionIsTold(String cron, String why) {
    assertEquals(
        List.of(
            "checkpoint.cron is \""
                + cron
                + "\" (weir.yaml:7): "
                + why
                + "; allowed: minute, hour, day, month, day of week as in a crontab, such as 30 2 *"
                + " * 1-5; without an interval"),
        problems(MINIMAL + "checkpoint: { cron: '" + cron + "' }\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          name: docs            | name: ../docs    | collections[0].name is "../docs" (weir.yaml:5); allowed: 1 to 100 of a-z A-Z 0-9 . _ -, the first a letter or digit
          dimension: 768        | dimension: 0     | collections[0].dimension is "0" (weir.yaml:6); allowed: 1 to 65536
          dimension: 768        | dimension: 65537 | collections[0].dimension is "65537" (weir.yaml:6); allowed: 1 to 65536
          bootstrap-servers: broker1:9092 | bootstrap-servers: broker1 | kafka.bootstrap-servers is "broker1" (weir.yaml:2); allowed: broker addresses, host:port[,host:port...]
          bootstrap-servers: broker1:9092 | 'bootstrap-servers: b:1,' | kafka.bootstrap-servers is "b:1," (weir.yaml:2); allowed: broker addresses, host:port[,host:port...]
          bootstrap-servers: broker1:9092 | bootstrap-servers: b:0 | kafka.bootstrap-servers is "b:0" (weir.yaml:2); allowed: broker addresses, host:port[,host:port...]
          data: here            | data: ~/weir     | data is "~/weir" (weir.yaml:3); allowed: the path of a folder, made where it is missing
          """)
  void aBadValueInPlaceOfAGoodOneIsShown(String good, String bad, String problem) {
    assertEquals(List.of(problem), problems(MINIMAL.replace(good, bad)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          metric: l2               | collections[0].metric is "l2" (weir.yaml:7); allowed: cosine, dot or euclidean
          metric: Cosine           | collections[0].metric is "Cosine" (weir.yaml:7); allowed: cosine, dot or euclidean
          format: xml              | collections[0].format is "xml" (weir.yaml:7); allowed: json, float32, avro or protobuf
          format: avro             | collections[0].format needs schemas; set collections[0].schema-file or schema-registry.url
          key: uint32              | collections[0].key is "uint32" (weir.yaml:7); allowed: utf8, int32, int64, uuid or hex: how keys hold the ids
          schema-file: a.avsc      | collections[0].schema-file is "a.avsc" (weir.yaml:7); allowed only with format avro or protobuf
          vector-field: v          | collections[0].vector-field is "v" (weir.yaml:7); allowed only with format avro or protobuf
          message: a.B             | collections[0].message is "a.B" (weir.yaml:7); allowed only with format protobuf and a schema-file
          topic: ..                | collections[0].topic is ".." (weir.yaml:7); allowed: a topic name: 1 to 249 of a-z A-Z 0-9 . _ -
          dead-letter-topic: a/b   | collections[0].dead-letter-topic is "a/b" (weir.yaml:7); allowed: a topic name: 1 to 249 of a-z A-Z 0-9 . _ -; none that a collection reads
          dead-letter-topic: docs  | collections[0].dead-letter-topic is "docs" (weir.yaml:7), a topic that a collection reads; allowed: one that none reads
          """)
  void aBadValueOfACollectionIsShown(String line, String problem) {
    assertEquals(List.of(problem), problems(MINIMAL + "    " + line + "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lang: keywrd                | collections[0].fields.lang is "keywrd" (weir.yaml:8); did you mean keyword?; allowed: keyword, long, double, boolean or timestamp
          lang: Keyword               | collections[0].fields.lang is "Keyword" (weir.yaml:8); did you mean keyword?; allowed: keyword, long, double, boolean or timestamp
          at: date                    | collections[0].fields.at is "date" (weir.yaml:8); allowed: keyword, long, double, boolean or timestamp
          at:                         | collections[0].fields.at (weir.yaml:8) has no value; give it one, or leave the key out
          at: [ long ]                | collections[0].fields.at[0] (weir.yaml:8) is in a list; allowed: keyword, long, double, boolean or timestamp
          { a: long, a.b: long }      | collections[0].fields: the field a.b is within the field a, whose values are no objects; declare one of them
          { a: { b: long }, a: long } | collections[0].fields.a.b is not read, as a part of its name is given twice; give it once
          { a: { b: long }, a.b: long } | collections[0].fields.a.b is given twice (weir.yaml:8 and weir.yaml:8); give it once
          """)
  void aBadFieldIsTold(String field, String problem) {
    assertEquals(
        List.of(problem),
        problems(MINIMAL + "    fields:\n      " + field + "\n").stream().distinct().toList());
  }

  @Test
  void tooManyFieldsAndTooLongNamesAreTold() {
    StringBuilder fields = new StringBuilder(MINIMAL + "    fields:\n");
    for (int i = 0; i < 65; i++) {
      fields.append("      f").append(i).append(": long\n");
    }
    assertEquals(
        List.of("collections[0].fields has 65 fields; allowed: at most 64 in a collection"),
        problems(fields.toString()));
    String longest = "ä".repeat(64);
    assertDoesNotThrow(() -> read(MINIMAL + "    fields: { " + longest + ": long }\n", Map.of()));
    assertEquals(
        List.of(
            "collections[0].fields.x"
                + longest
                + " (weir.yaml:7): the name of a field has 129 bytes; allowed are 1 to 128"),
        problems(MINIMAL + "    fields: { x" + longest + ": long }\n"));
  }

  @Test
  void fieldsThatHeadersCannotHaveAreTold() {
    assertEquals(
        List.of(
            "collections[0].fields.year is \"long\" (weir.yaml:8); allowed with format float32,"
                + " whose payloads are headers and so texts: keyword or timestamp"),
        problems(
            MINIMAL
                + "    format: float32\n    fields: { year: long, lang: keyword, at: timestamp }\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lang                 | collections[0].fields is "lang" (WEIR_COLLECTIONS_0__FIELDS); allowed: names in the payload and what they are, as a section or in one line: lang: keyword, meta.year: long; types are keyword, long, double, boolean or timestamp
          a: long, a: double   | collections[0].fields is "a: long, a: double" (WEIR_COLLECTIONS_0__FIELDS), which has a twice; allowed: each field once
          a: lnog              | collections[0].fields.a is "lnog" (WEIR_COLLECTIONS_0__FIELDS); did you mean long?; allowed: keyword, long, double, boolean or timestamp
          """)
  void badFieldsInAVariableAreTold(String fields, String problem) {
    assertEquals(List.of(problem), problems(MINIMAL, Map.of("WEIR_COLLECTIONS_0__FIELDS", fields)));
  }

  @Test
  void aVariableForOneFieldIsToldTheVariableForAll() {
    assertEquals(
        List.of(
            "WEIR_COLLECTIONS_0__FIELDS_LANG (environment) is not a setting; set all fields in"
                + " WEIR_COLLECTIONS_0__FIELDS: lang: keyword, year: long"),
        problems(MINIMAL, Map.of("WEIR_COLLECTIONS_0__FIELDS_LANG", "keyword")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          url: registry:8081                      | schema-registry.url is "registry:8081" (weir.yaml:7); allowed: http://host[:port][/path] or https://...
          url: http://me:geheim@registry          | schema-registry.url is "http://(hidden)@registry" (weir.yaml:7); allowed: http://host[:port][/path] or https://...
          url: http://r, user: me                 | schema registry: a user and a password go together
          url: http://r, user: me, password: a, token: b | schema registry: either a user with a password, or a token
          token: geheim                           | schema-registry.url is missing; set it in weir.yaml; allowed: http://host[:port][/path] or https://...
          """)
  void aBadSchemaRegistryIsTold(String settings, String problem) {
    assertEquals(List.of(problem), problems(MINIMAL + "schema-registry: { " + settings + " }\n"));
  }

  @Test
  void aBadVariableIsNamed() {
    assertEquals(
        List.of(
            "http.port is \"http\" (WEIR_HTTP_PORT); allowed: 0 to 65535; 0 for any free one",
            "collections[0].metric is \"l2\" (WEIR_COLLECTIONS_0__METRIC); allowed: cosine, dot or"
                + " euclidean"),
        problems(MINIMAL, Map.of("WEIR_HTTP_PORT", "http", "WEIR_COLLECTIONS_0__METRIC", "l2")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http: { prot: 80 }        | http.prot (weir.yaml:7) is not a setting; did you mean http.port?
          http: { prot: }           | http.prot (weir.yaml:7) is not a setting; did you mean http.port?
          http: { address: x }      | http.address (weir.yaml:7) is not a setting; the settings are http.host, http.port, http.max-connections, http.max-connections-per-address, http.allow-insecure, http.tls.certificate, http.tls.key, http.tls.client-authorities, http.keys[].name, http.keys[].sha256, http.keys[].role, http.keys[].expires, http.keys-file, http.key-rate, http.open-metrics
          hotBuffer: { bytes: 8MB } | hotBuffer.bytes (weir.yaml:7) is not a setting; did you mean hot-buffer.bytes?
          bootstrap-servers: b:1    | bootstrap-servers (weir.yaml:7) is not a setting; did you mean kafka.bootstrap-servers?
          http: 8080                | http (weir.yaml:7) is a section; the settings in it are http.host, http.port, http.max-connections, http.max-connections-per-address, http.allow-insecure, http.tls.certificate, http.tls.key, http.tls.client-authorities, http.keys[].name, http.keys[].sha256, http.keys[].role, http.keys[].expires, http.keys-file, http.key-rate, http.open-metrics
          http: { port: }           | http.port (weir.yaml:7) has no value; give it one, or leave the key out
          http: [ { port: 80 } ]    | http[0].port (weir.yaml:7) is not a setting; did you mean http.port?
          """)
  void aKeyThatSetsNothingIsRefused(String line, String problem) {
    assertEquals(List.of(problem), problems(MINIMAL + line + "\n"));
  }

  @Test
  void anUnknownKeyOfACollectionIsRefused() {
    assertEquals(
        List.of(
            "collections[0].metrc (weir.yaml:7) is not a setting; did you mean"
                + " collections[].metric?"),
        problems(MINIMAL + "    metrc: dot\n"));
  }

  @Test
  void aCollectionHasToBeASection() {
    assertEquals(
        "collections[0] (weir.yaml:3) is a section; the settings in it are collections[].name,"
            + " collections[].topic, collections[].topics-regex,"
            + " collections[].partitions, collections[].dimension, collections[].metric,"
            + " collections[].format, collections[].dead-letter-topic, collections[].on-reject,"
            + " collections[].key,"
            + " collections[].vector-field, collections[].schema-file, collections[].message,"
            + " collections[].fields",
        problems("kafka: { bootstrap-servers: 'b:1' }\ndata: here\ncollections: [ docs ]\n")
            .getFirst());
  }

  @Test
  void unknownVariablesAreRefused() {
    assertEquals(
        List.of(
            "WEIR_COLLECTIONS_0_NAME (environment) is not a setting; did you mean"
                + " WEIR_COLLECTIONS_0__NAME?",
            "WEIR_HTTP_PROT (environment) is not a setting; did you mean WEIR_HTTP_PORT?",
            "WEIR_VERBOSE (environment) is not a setting; unset it, or see deploy/README.md for the"
                + " names"),
        problems(
            MINIMAL,
            Map.of("WEIR_HTTP_PROT", "80", "WEIR_VERBOSE", "1", "WEIR_COLLECTIONS_0_NAME", "x")));
  }

  @Test
  void aNameMayBeUsedOnce() {
    assertEquals(
        List.of(
            "collections[1].name is \"docs\" (weir.yaml:7), and so is collections[0].name;"
                + " allowed: each name once"),
        problems(MINIMAL + "  - { name: docs, topic: other, dimension: 3 }\n"));
  }

  @Test
  void whatOneCollectionRejectsMustNotBeReadByAnother() {
    assertEquals(
        List.of(
            "collections[1].dead-letter-topic is \"docs\" (weir.yaml:7), a topic that a collection"
                + " reads; allowed: one that none reads"),
        problems(MINIMAL + "  - { name: more, dimension: 3, dead-letter-topic: docs }\n"));
  }

  @Test
  void indicesOfCollectionsHaveNoGaps() {
    assertEquals(
        List.of(
            "collections has an entry 5 but only 2 entries; allowed: indices without a gap, from"
                + " 0"),
        problems(
            MINIMAL,
            Map.of("WEIR_COLLECTIONS_5__NAME", "more", "WEIR_COLLECTIONS_5__DIMENSION", "3")));
  }

  @Test
  void theNumberOfCollectionsIsLimited() {
    assertEquals(
        List.of("collections has an entry 1000; allowed: 0 to 999"),
        problems(
            MINIMAL,
            Map.of(
                "WEIR_COLLECTIONS_1000__NAME", "more", "WEIR_COLLECTIONS_1000__DIMENSION", "3")));
  }

  @Test
  void kafkaPropertiesThatWeirSetsItselfAreRefused() {
    assertEquals(
        List.of(
            "kafka.properties.bootstrap.servers is \"b:1\" (weir.yaml:7); set it as"
                + " kafka.bootstrap-servers",
            "kafka.properties.enable.auto.commit is \"true\" (weir.yaml:7); Kafka property"
                + " enable.auto.commit is true; Weir needs false: leave it out"),
        problems(
            MINIMAL
                + "kafka.properties: { bootstrap.servers: 'b:1', enable.auto.commit: true }\n"));
  }

  @Test
  void misspeltKafkaPropertiesAreRefusedAndStrangeOnesPass() {
    assertEquals(
        List.of(
            "kafka.properties.secuirty.protocol is \"SSL\" (weir.yaml:7); Kafka clients have no such"
                + " property; did you mean security.protocol?"),
        problems(
            MINIMAL + "kafka.properties: { secuirty.protocol: SSL, my.interceptor.depth: 3 }\n"));
  }

  @Test
  void valuesThatKafkaDoesNotTakeAreRefused() {
    assertEquals(
        List.of(
            "kafka.properties.fetch.max.bytes is \"much\" (weir.yaml:7); Kafka properties: Invalid"
                + " value much for configuration fetch.max.bytes: Not a number of type INT"),
        problems(MINIMAL + "kafka.properties: { fetch.max.bytes: much }\n"));
  }

  @Test
  void aTopicMayBeReadOnce() {
    assertEquals(
        List.of(
            "collections[1].topic is \"docs\" (weir.yaml:7), a topic that is read already"
                + " (collections[0].name); allowed: each topic once"),
        problems(MINIMAL + "  - { name: more, topic: docs, dimension: 3 }\n"));
  }

  @Test
  void aKeyThatIsGivenTwiceIsRefused() {
    assertEquals(
        List.of("http.port is given twice (weir.yaml:7 and weir.yaml:8); give it once"),
        problems(MINIMAL + "http: { port: 1 }\nhttp: { port: 2 }\n"));
  }

  @Test
  void aFileThatIsNotYamlIsRefusedWithoutQuotingIt() {
    List<String> problems = problems("data: 'geheim\nhttp: x\n");

    assertEquals(1, problems.size());
    assertEquals("weir.yaml:3 is not YAML: found unexpected end of stream", problems.getFirst());
  }

  @Test
  void aFileOfSomethingElseIsRefused() {
    assertEquals(List.of("weir.yaml is not a file of keys and values"), problems("- a\n- b\n"));
  }

  @Test
  void aFileThatRefersToItselfIsRefused() {
    assertEquals(List.of("weir.yaml:1 is nested too deeply"), problems("http: &x { host: *x }\n"));
  }

  @Test
  void aMissingFileIsNamed() {
    InvalidConfigException thrown =
        assertThrows(
            InvalidConfigException.class,
            () -> ConfigReader.read(Optional.of(folder.resolve("no.yaml")), Map.of()));

    assertEquals(
        "the configuration has a problem:\n  "
            + folder.resolve("no.yaml")
            + " does not exist; deploy/weir.example.yaml is one to start from",
        thrown.getMessage());
  }

  @Test
  void aFileThatIsNotTextIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("weir.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe});

    InvalidConfigException thrown =
        assertThrows(
            InvalidConfigException.class, () -> ConfigReader.read(Optional.of(file), Map.of()));
    assertEquals(List.of(file + " is not UTF-8 text"), thrown.problems());
  }

  @Test
  void aHugeFileIsRefused() throws IOException {
    Path file =
        Files.write(
            folder.resolve("weir.yaml"),
            "#".repeat((1 << 20) + 1).getBytes(StandardCharsets.UTF_8));

    InvalidConfigException thrown =
        assertThrows(
            InvalidConfigException.class, () -> ConfigReader.read(Optional.of(file), Map.of()));
    assertEquals(
        List.of(file + " has more than 1048576 bytes: not a settings file"), thrown.problems());
  }

  @Test
  void allProblemsComeTogetherUnderOneHeading() {
    InvalidConfigException thrown =
        assertThrows(
            InvalidConfigException.class,
            () -> read(MINIMAL + "http: { port: x, hots: y }\n", Map.of("WEIR_DAAT", "z")));

    assertEquals(
        """
        the configuration has 3 problems:
          http.hots (weir.yaml:7) is not a setting; did you mean http.host?
          WEIR_DAAT (environment) is not a setting; did you mean WEIR_DATA?
          http.port is "x" (weir.yaml:7); allowed: 0 to 65535; 0 for any free one\
        """,
        String.valueOf(thrown.getMessage()).replace(folder + "/", ""));
  }

  @Test
  void valuesOfUnknownKeysAreNotShown() {
    for (String problem :
        problems(
            MINIMAL + "kafak: { properties: { sasl.password: geheim } }\n",
            Map.of("WEIR_KAFKA_PASWORD", "geheim"))) {
      assertFalse(problem.contains("geheim"), problem);
    }
  }

  private static final String TLS = "tls: { certificate: c.pem, key: k.pem }";
  private static final String KEYS = "keys: [{ name: a, sha256: " + "a0".repeat(32) + " }]";

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "'::'", "10.0.0.7", "weir.example", "127.0.0.1.example"})
  void whatOthersCanReachIsProtectedOrSaidToBe(String host) throws Exception {
    String http = MINIMAL + "http: { port: 81, host: " + host;
    String place = "http.host is \"" + host.replace("'", "") + "\" (weir.yaml:7)";
    String others = place + ", and others than this machine can reach that; set ";
    String or =
        ", or http.allow-insecure: true where something in front of Weir does what these do";
    String tls = "http.tls.certificate and http.tls.key";
    String keys = "http.keys or http.keys-file (deploy/weir key makes one)";

    assertEquals(List.of(others + tls + ", and " + keys + or), problems(http + " }"));
    assertEquals(List.of(others + keys + or), problems(http + ", " + TLS + " }"));
    assertEquals(List.of(others + tls + or), problems(http + ", " + KEYS + " }"));
    assertEquals(List.of(others + tls + or), problems(http + ", keys-file: keys }"));
    accepted(http + ", allow-insecure: true }");
    accepted(http + ", " + TLS + ", " + KEYS + " }");
    accepted(http + ", " + TLS + ", keys-file: keys }");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.8.0.1", "'::1'", "localhost", "LocalHost"})
  void onThisMachineNothingIsNeeded(String host) throws Exception {
    accepted(MINIMAL + "http: { host: " + host + " }");
  }

  private void accepted(String yaml) throws Exception {
    Path file = Files.writeString(folder.resolve("weir.yaml"), yaml);
    var _ = ConfigReader.read(Optional.of(file), Map.of());
  }

  @Test
  void keysAreCheckedAndWhatMayBeOneIsNotShown() {
    assertEquals(
        List.of(
            "http.keys[0].name is \"a b\" (weir.yaml:7); allowed: what logs call the key: 1 to 64 of"
                + " a-z A-Z 0-9 . _ -",
            "http.keys[0].sha256 is \"(hidden)\" (weir.yaml:7); allowed: 64 hexadecimal digits, as"
                + " deploy/weir key prints",
            "http.keys[0].role is \"root\" (weir.yaml:7); allowed: read or admin",
            "http.keys[0].expires is \"soon\" (weir.yaml:7); allowed: a date or a time, such as"
                + " 2027-01-31 or 2027-01-31T12:00:00Z"),
        problems(
            MINIMAL
                + "http: { keys: [{ name: 'a b', sha256: weir_secret, role: root, expires: soon }]"
                + " }"));
    assertEquals(
        List.of("http.keys: two keys have the name a"),
        problems(
            MINIMAL
                + "http: { keys: [{ name: a, sha256: "
                + "a0".repeat(32)
                + " }, { name: a, sha256: "
                + "b1".repeat(32)
                + " }] }"));
  }

  @Test
  void aCertificateNeedsItsKey() {
    assertEquals(
        List.of(
            "http.tls.key is missing; set it in weir.yaml or as WEIR_HTTP_TLS_KEY; allowed: the path"
                + " of a PEM file: the certificate's private key, PKCS #8, not encrypted"),
        problems(MINIMAL + "http: { tls: { certificate: c.pem } }"));
  }

  @Test
  void longValuesAreCutAndControlCharactersAreReplaced() {
    assertEquals(
        List.of(
            "http.host is \"?"
                + "a".repeat(99)
                + "...\" (WEIR_HTTP_HOST); allowed: a host name or"
                + " address; 0.0.0.0 for every interface"),
        problems(MINIMAL, Map.of("WEIR_HTTP_HOST", "x\u001b".substring(1) + "a".repeat(300))));
  }

  private List<String> problems(String yaml) {
    return problems(yaml, Map.of());
  }

  private List<String> problems(String yaml, Map<String, String> environment) {
    return assertThrows(InvalidConfigException.class, () -> read(yaml, environment))
        .problems()
        .stream()
        .map(problem -> problem.replace(folder + "/", ""))
        .toList();
  }

  private void read(String yaml, Map<String, String> environment)
      throws IOException, InvalidConfigException {
    Path file = Files.writeString(folder.resolve("weir.yaml"), yaml);
    ConfigReader.read(Optional.of(file), environment);
  }
}
