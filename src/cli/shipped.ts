export { shippedNames, shippedPackage, shippedPaths, shippedRecipe } from '../library/shipped.ts';
