// The bench's scene as a composition. All that it shows comes from the properties (`scene.json`); pictures lie in
// the public folder.
import { AbsoluteFill, Composition, Img, Sequence, interpolate, registerRoot, staticFile, useCurrentFrame } from 'remotion';

/** Holds a value at both ends. */
const HELD = { extrapolateLeft: 'clamp', extrapolateRight: 'clamp' };

/** The picture under the camera: at zoom 1 it fills the frame, and its point stays at one place of the frame. */
function Picture({ file, zooms, point }) {
  const zoom = zooms[useCurrentFrame()];
  const [x, y] = point.frame.map((share, axis) => `${(share - point.picture[axis] * zoom) * 100}%`);
  const style = {
    width: '100%',
    height: '100%',
    objectFit: 'cover',
    transformOrigin: '0 0',
    transform: `translate(${x}, ${y}) scale(${zoom})`,
  };
  return <Img src={staticFile(file)} style={style} />;
}

/** Black over everything, which goes at the start and comes back at the end. */
function Fades({ frames, fade }) {
  const frame = useCurrentFrame();
  const opacity = interpolate(frame, [0, fade, frames - fade, frames], [1, 0, 0, 1], HELD);
  return <AbsoluteFill style={{ backgroundColor: 'black', opacity }} />;
}

function Scene({ picture, zooms, point, captions, fade }) {
  return (
    <AbsoluteFill style={{ backgroundColor: 'black' }}>
      <Picture file={picture} zooms={zooms} point={point} />
      {captions.map(({ file, x, y, from, to }) => (
        <Sequence key={file} from={from} durationInFrames={to - from}>
          <Img src={staticFile(file)} style={{ position: 'absolute', left: x, top: y }} />
        </Sequence>
      ))}
      <Fades frames={zooms.length} fade={fade} />
    </AbsoluteFill>
  );
}

/** Measures of the film, from the properties. */
function metadata({ props: { width, height, fps, zooms } }) {
  return { width, height, fps, durationInFrames: zooms.length };
}

registerRoot(() => <Composition id="scene" component={Scene} calculateMetadata={metadata} />);
