package io.weir.api.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.access.AccessControl.Decision;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessControlTest {

  private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");
  private static final Optional<Role> READ = Optional.of(Role.READ);
  private static final Optional<Role> ADMIN = Optional.of(Role.ADMIN);
  private static final Decision UNAUTHORIZED = new Decision.Unauthorized();

  private final ApiKeys keys =
      new ApiKeys(
          List.of(
              key("reader", Role.READ, Optional.empty()),
              key("admin", Role.ADMIN, Optional.of(NOW.plusMillis(1))),
              key("old", Role.ADMIN, Optional.of(NOW))));
  private final AccessControl access =
      AccessControl.of(() -> keys, 0, Clock.fixed(NOW, ZoneOffset.UTC));

  private static ApiKey key(String name, Role role, Optional<Instant> expires) {
    return new ApiKey(name, KeyHash.of("key of " + name), role, expires);
  }

  private Decision bearer(Optional<Role> needed, String... values) {
    return access.decide(needed, List.of(values), List.of());
  }

  private Decision apiKey(Optional<Role> needed, String... values) {
    return access.decide(needed, List.of(), List.of(values));
  }

  @Test
  void aKeyIsRecognisedInBothHeaders() {
    assertEquals(new Decision.Granted("reader"), bearer(READ, "Bearer key of reader"));
    assertEquals(new Decision.Granted("reader"), bearer(READ, "bearer  key of reader "));
    assertEquals(new Decision.Granted("reader"), apiKey(READ, "key of reader"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        "key of reader",
        "Basic key of reader",
        "Bearer key of readers",
        "Bearer key of reade",
        "Bearer reader",
        "Bearer Key of reader"
      })
  void whatIsNoKeyIsNotLetIn(String header) {
    assertEquals(UNAUTHORIZED, bearer(READ, header));
  }

  @Test
  void aHashIsNoKey() {
    assertEquals(UNAUTHORIZED, apiKey(READ, KeyHash.of("key of reader").hex()));
  }

  @Test
  void noKeyAndTwoKeysAreNotLetIn() {
    assertEquals(UNAUTHORIZED, bearer(READ));
    assertEquals(UNAUTHORIZED, apiKey(READ, "key of reader", "key of reader"));
    assertEquals(UNAUTHORIZED, bearer(READ, "Bearer key of reader", "Bearer key of admin"));
    assertEquals(
        UNAUTHORIZED,
        access.decide(READ, List.of("Basic x"), List.of("key of reader")),
        "one header that is wrong is not made good by another");
  }

  @Test
  void aKeyThatHasExpiredIsNone() {
    assertEquals(UNAUTHORIZED, apiKey(READ, "key of old"));
    assertEquals(new Decision.Granted("admin"), apiKey(READ, "key of admin"));
  }

  @Test
  void aRoleIncludesThoseBelowAndNoOthers() {
    assertEquals(new Decision.Granted("admin"), apiKey(ADMIN, "key of admin"));
    assertEquals(
        new Decision.Forbidden("reader", Role.READ, Role.ADMIN), apiKey(ADMIN, "key of reader"));
  }

  @Test
  void whatNeedsNoKeyIsOpenWhateverIsSent() {
    assertEquals(new Decision.Open(), bearer(Optional.empty()));
    assertEquals(new Decision.Open(), bearer(Optional.empty(), "Bearer nonsense"));
  }

  @Test
  void withoutKeysEverythingIsOpen() {
    assertEquals(new Decision.Open(), AccessControl.none().decide(ADMIN, List.of(), List.of()));
  }

  @Test
  void afterTheLastKeyHasGoneNobodyIsLetIn() {
    AccessControl nobody = AccessControl.of(() -> new ApiKeys(List.of()), 0);
    assertEquals(UNAUTHORIZED, nobody.decide(READ, List.of(), List.of("key of reader")));
  }

  @Test
  void eachKeyHasALimitOfItsOwn() {
    AccessControl limited = AccessControl.of(() -> keys, 1, Clock.fixed(NOW, ZoneOffset.UTC));
    assertInstanceOf(
        Decision.Granted.class, limited.decide(READ, List.of(), List.of("key of reader")));
    assertEquals(
        new Decision.TooMany("reader"), limited.decide(READ, List.of(), List.of("key of reader")));
    assertInstanceOf(
        Decision.Granted.class, limited.decide(READ, List.of(), List.of("key of admin")));
  }

  @Test
  void aLimitIsOneOfAverageAndOfBursts() {
    AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1_000);
    RateLimit limit = new RateLimit(4, clock::get);
    for (int second = 0; second < 3; second++) {
      for (int i = 0; i < 4; i++) {
        assertTrue(limit.take("a"));
      }
      assertFalse(limit.take("a"));
      clock.addAndGet(1_000_000_000L);
    }
    assertTrue(limit.take("a"));
    clock.addAndGet(250_000_000L);
    for (int i = 0; i < 4; i++) {
      assertTrue(limit.take("a"), "a quarter of a second is a request");
    }
    assertFalse(limit.take("a"));
  }

  @Test
  void twoKeysAreNeitherTheSameNorOfOneName() {
    ApiKey one = key("one", Role.READ, Optional.empty());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new ApiKeys(List.of(one, new ApiKey("two", one.hash(), Role.ADMIN, Optional.empty()))));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ApiKeys(List.of(one, new ApiKey("one", KeyHash.of("x"), Role.READ, soon()))));
  }

  private static Optional<Instant> soon() {
    return Optional.of(NOW);
  }

  @Test
  void nothingShowsAHashByMistake() {
    ApiKey key = key("one", Role.READ, Optional.empty());
    assertFalse(key.toString().contains(key.hash().hex().substring(0, 8)), key::toString);
  }

  @Test
  void aFileHasAKeyALine() {
    ApiKey reader = key("reader", Role.READ, Optional.empty());
    ApiKey admin = key("admin", Role.ADMIN, Optional.of(NOW));
    String text =
        "# comment\n\n" + KeysFile.line(reader) + "\r\n  " + KeysFile.line(admin) + "  \n";
    ApiKeys read = read(text);
    assertEquals(2, read.size());
    assertEquals(Optional.of(reader), read.find("key of reader", NOW));
    assertEquals(Optional.of(admin), read.find("key of admin", NOW.minusMillis(1)));
    assertEquals(
        Optional.of(NOW), KeysFile.time("2026-12-01"), "a date is the beginning of its day");
  }

  private static ApiKeys read(String text) {
    return KeysFile.read(text.getBytes(StandardCharsets.UTF_8), new ApiKeys(List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret",
        "secret read",
        "secret write 0000",
        "secret read 0000",
        "secret read 0000 2027-01-31 more",
        "a/secret read @",
        "reader read @ tomorrow-secret",
        "reader read secret@"
      })
  void aLineThatIsNoKeyIsNamedByItsNumberAndNotShown(String line) {
    String text = "\n" + line.replace("@", KeyHash.of("k").hex());
    String message =
        String.valueOf(assertThrows(IllegalArgumentException.class, () -> read(text)).getMessage());
    assertTrue(message.startsWith("line 2: "), message);
    assertFalse(message.contains("secret"), message);
  }
}
