package io.weir.deploy.demo;

import java.util.List;

/**
 * Turns methods and sentences into vectors by what is written in them: a stand-in for the model
 * that a user of Weir brings along.
 *
 * <p>It knows no meanings. "Read all lines" finds {@code readAllLines}; "environment variable" does
 * not find {@code getenv}, and a real model would. But it needs no weights, no network and no time,
 * and gives the same vector everywhere, so that what the demo shows can be tested.
 *
 * <p>A method is embedded by its name, class, parameter types, return type and package, in falling
 * weight; see {@link Words} for how names are split and {@link HashedFeatures} for the rest. All
 * vectors have length 1.
 *
 * <p><b>Threads:</b> stateless.
 */
final class HashingEmbedder {

  /** Components of every vector. */
  static final int DIMENSION = 256;

  private static final double NAME_WEIGHT = 1;
  private static final double CLASS_WEIGHT = 0.7;
  private static final double PARAMETER_WEIGHT = 0.4;
  private static final double RETURN_WEIGHT = 0.2;
  private static final double PACKAGE_WEIGHT = 0.2;
  private static final double PAIR_WEIGHT = 0.4;

  /** For the pair of a method's last and its class's last word: "delete file", "sort list". */
  private static final double VERB_AND_OBJECT_WEIGHT = 0.3;

  private HashingEmbedder() {}

  /** Returns the vector of a sentence or a name. */
  static float[] embed(String text) {
    List<String> words = Words.of(text);
    HashedFeatures features = new HashedFeatures();
    features.words(words, NAME_WEIGHT);
    features.pairs(words, PAIR_WEIGHT);
    return features.vector(DIMENSION);
  }

  /** Returns the vector of a method. */
  static float[] embed(JdkMethod method) {
    List<String> name = Words.of(method.name());
    List<String> owner = Words.of(method.className());
    HashedFeatures features = new HashedFeatures();
    features.words(name, NAME_WEIGHT);
    features.words(owner, CLASS_WEIGHT);
    features.words(Words.of(String.join(" ", method.parameterTypes())), PARAMETER_WEIGHT);
    features.words(Words.of(method.returnType()), RETURN_WEIGHT);
    features.words(Words.of(method.packageName()), PACKAGE_WEIGHT);
    features.pairs(name, PAIR_WEIGHT);
    features.pairs(owner, PAIR_WEIGHT * CLASS_WEIGHT);
    if (!name.isEmpty() && !owner.isEmpty()) {
      features.pairs(List.of(name.getLast(), owner.getLast()), VERB_AND_OBJECT_WEIGHT);
    }
    return features.vector(DIMENSION);
  }
}
