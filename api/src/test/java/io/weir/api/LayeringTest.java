package io.weir.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.weir.api.access.AccessControl;
import io.weir.api.access.ApiKeys;
import io.weir.api.access.KeyHash;
import io.weir.storage.VectorStore;
import io.weir.storage.hot.AppendResult;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LayeringTest {

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.weir.api");

  private static final DescribedPredicate<JavaClass> HIDDEN_STORAGE =
      DescribedPredicate.describe(
          "storage behind its contract",
          type ->
              type.getPackageName().startsWith("io.weir.storage")
                  && !type.getPackageName().equals("io.weir.storage")
                  && !type.getPackageName().equals("io.weir.storage.query")
                  && !type.getPackageName().equals("io.weir.storage.record")
                  && !type.getPackageName().equals("io.weir.storage.field")
                  && !(type.getPackageName().equals("io.weir.storage.io")
                      && type.getSimpleName().endsWith("Exception")));

  private static final ArchRule CONTRACT_ONLY =
      noClasses()
          .should()
          .dependOnClassesThat(HIDDEN_STORAGE)
          .because("the API knows the store by its contract");

  private static final DescribedPredicate<JavaClass> BESIDE_THE_CLIENT =
      DescribedPredicate.describe(
          "Weir beside the client",
          type ->
              type.getPackageName().startsWith("io.weir")
                  && !type.getPackageName().equals("io.weir.api.client"));

  private static final ArchRule CLIENT_ALONE =
      noClasses()
          .that()
          .resideInAPackage("io.weir.api.client")
          .should()
          .dependOnClassesThat(BESIDE_THE_CLIENT)
          .because("a program can use the client without the server");

  @Test
  void theApiKnowsNeitherKafkaNorIngest() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "io.weir.ingest..", "io.weir.deploy..")
        .because("the API serves a store, whoever feeds it")
        .check(MAIN);
  }

  @Test
  void theApiKnowsTheStoreByItsContract() {
    CONTRACT_ONLY.check(MAIN);
  }

  @Test
  void theRuleAboutTheContractBites() {
    JavaClasses offender = new ClassFileImporter().importClasses(Offender.class);
    assertThrows(AssertionError.class, () -> CONTRACT_ONLY.check(offender));
  }

  @Test
  void onlyHttpSeesTheNetwork() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.weir.api.http", "io.weir.api.client")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty..", "reactor.netty..")
        .because("handlers see requests and answers")
        .check(MAIN);
  }

  @Test
  void theClientNeedsNothingElseOfWeir() {
    CLIENT_ALONE.check(MAIN);
  }

  @Test
  void theRuleAboutTheClientBites() {
    JavaClasses offender = new ClassFileImporter().importClasses(ClientOffender.class);
    assertThrows(
        AssertionError.class,
        () -> noClasses().should().dependOnClassesThat(BESIDE_THE_CLIENT).check(offender));
  }

  @Test
  void theServerDoesNotKnowTheClient() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.weir.api.client")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.weir.api.client")
        .because("they meet on the wire only")
        .check(MAIN);
  }

  @Test
  void whoMayAskIsDecidedWithoutHttpAndVectors() {
    noClasses()
        .that()
        .resideInAPackage("io.weir.api.access")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.weir.storage..", "io.weir.api", "io.weir.api.http")
        .because("http asks it, before anything else")
        .check(MAIN);
  }

  @Test
  void keysAreComparedByTheirHashesInConstantTime() {
    classes()
        .that()
        .haveFullyQualifiedName(KeyHash.class.getName())
        .should()
        .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class)
        .because("how long a comparison takes must not tell how good a guess was")
        .check(MAIN);
    noClasses()
        .that()
        .haveFullyQualifiedName(ApiKeys.class.getName())
        .or()
        .haveFullyQualifiedName(AccessControl.class.getName())
        .should()
        .callMethod(String.class, "equals", Object.class)
        .orShould()
        .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
        .because("what is presented is hashed before it is compared with anything")
        .check(MAIN);
  }

  @Test
  void httpKnowsNothingAboutVectors() {
    noClasses()
        .that()
        .resideInAPackage("io.weir.api.http")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.weir.storage", "io.weir.storage.query", "io.weir.storage.record", "io.weir.api")
        .because("it only has to know the store's exceptions")
        .check(MAIN);
  }

  @Test
  void nothingHereReadsTheEnvironmentOrEndsTheProcess() {
    noClasses()
        .should()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getProperty", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class, String.class)
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .because("settings come from whoever starts the server")
        .check(MAIN);
  }

  @Test
  void everyTypeBelongsToAKnownPackage() {
    classes()
        .should()
        .resideInAnyPackage(
            "io.weir.api",
            "io.weir.api.access",
            "io.weir.api.client",
            "io.weir.api.http",
            "io.weir.api.work",
            "io.weir.api.observe",
            "io.weir.api.json",
            "io.weir.api.filter",
            "io.weir.api.position",
            "io.weir.api.view",
            "io.weir.api.collection",
            "io.weir.api.export",
            "io.weir.api.watch",
            "io.weir.api.search",
            "io.weir.api.checkpoint",
            "io.weir.api.qdrant",
            "io.weir.api.status",
            "io.weir.api.metrics")
        .because("package-info of io.weir.api describes the way through them")
        .check(MAIN);
  }

  /** Looks behind the contract. */
  @SuppressWarnings("UnusedVariable") // only its fields' types matter
  private static final class Offender {
    private @Nullable VectorStore allowed;
    private @Nullable AppendResult hidden;
  }

  /** Knows the server. */
  @SuppressWarnings("UnusedVariable") // only its field's type matters
  private static final class ClientOffender {
    private @Nullable ApiSettings server;
  }
}
